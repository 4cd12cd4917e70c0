# The vehicle's router, RouterOS 7.13 or newer with a `wifi-qcom`, `wifi-qcom-ac` or other `wifi` package, for one vehicle with
# one to four client radios: in place of router.rsc, whose menu `/interface wireless` such a router does not have.
#
# Change the values down to "The script", copy the file to the router, and run: /import file-name=router-wifi.rsc
# Then import router-wireguard.rsc for the tunnel, and `tikroam check --config agent.toml` on the vehicle's PC names what does
# not fit yet. The values are those of contrib/examples/wifi-qcom.toml, and its passwords those of nobody: the import stops
# while one is still CHANGE-ME. On RouterOS 7.12 with `wifiwave2` write `/interface wifiwave2` for `/interface wifi`.
#
# The file may be imported again at any time while the agent does not run: it adds what is missing and sets the rest to the
# values below. What is taken out of a list below stays on the router.
#
# Each command and argument is one that RouterOS 7.16 to 7.24 have, by their command trees. No real router has run the file
# yet: look at the first import's output.


# The password of the API user `tikroam`, and the address of the vehicle's PC: from anywhere else the user cannot log in.
:local apiPassword "CHANGE-ME"
:local pcAddress "192.168.88.10"

# The radios, each with its band and the frequencies in MHz that your networks really use there: each one less makes every
# search shorter. The agent narrows the standby's to one while it sends it to an access point, and widens them again. A vehicle
# with one radio has one line, and one with up to four a line more for each. Each has a [[radio]] in agent.toml.
:local radios {
    {name="wifi1"; band="2ghz-ax"; channels="2412,2437,2462"};
    {name="wifi2"; band="5ghz-ax"; channels="5180,5200,5220,5240"}
}
# The country whose rules the radios keep, such as "Germany"; empty leaves what is set.
:local radioCountry ""

# The networks of agent.toml, each with its WPA2 or WPA3 key; an empty key is an open network. Each radio begins on the first.
:local networks {
    {ssid="testssid1"; key=""};
    {ssid="testssid2"; key=""};
    {ssid="securessid"; key="CHANGE-ME"}
}


# The script.

:if ($apiPassword = "CHANGE-ME") do={
    :error "router-wifi.rsc: change the password first"
}
:foreach network in=$networks do={
    :if (($network->"key") = "CHANGE-ME") do={ :error "router-wifi.rsc: change the keys of the networks first" }
}

# The API user has a group of its own with the least that works. `read` shows registrations, addresses, routes, and scripts
# to `tikroam check`; `write` sets addresses and routes; `test` allows scan and ping. The user can log in by the API only, and
# can neither see passwords nor add users.
:if ([:len [/user group find where name="tikroam"]] = 0) do={
    /user group add name=tikroam policy=api,read,write,test
}
:if ([:len [/user find where name="tikroam"]] = 0) do={
    /user add name=tikroam group=tikroam password=$apiPassword address=($pcAddress . "/32")
}
/user set [find where name="tikroam"] group=tikroam password=$apiPassword address=($pcAddress . "/32")

# The API sends the password in clear text: it answers only the vehicle's PC, on the wire.
/ip service set api disabled=no port=8728 address=($pcAddress . "/32")

# How to join each network: a security profile, and a configuration profile that names it. The agent reads these names and
# no key. An open network has a security profile as well, without authentication types.
:local firstProfile ""
:local firstSsid ""
:foreach network in=$networks do={
    :local networkSsid ($network->"ssid")
    :local networkKey ($network->"key")
    :local profileName ("tikroam-" . $networkSsid)
    :if ([:len [/interface wifi security find where name=$profileName]] = 0) do={
        /interface wifi security add name=$profileName
    }
    :if ($networkKey != "") do={
        /interface wifi security set [find where name=$profileName] authentication-types=wpa2-psk,wpa3-psk \
            passphrase=$networkKey
    }
    :if ([:len [/interface wifi configuration find where name=$profileName]] = 0) do={
        /interface wifi configuration add name=$profileName
    }
    /interface wifi configuration set [find where name=$profileName] ssid=$networkSsid security=$profileName mode=station
    :if ($firstProfile = "") do={
        :set firstProfile $profileName
        :set firstSsid $networkSsid
    }
}

# The networks are strangers'. The stock firewall drops what comes in by an interface of the list WAN or of none; the rules
# below, for a router without it, go by a list of the radios alone.
:foreach listName in={"WAN"; "tikroam-radios"} do={
    :if ([:len [/interface list find where name=$listName]] = 0) do={ /interface list add name=$listName }
}

:local radioNumber 0
:foreach radio in=$radios do={
    :local radioName ($radio->"name")
    :set radioNumber ($radioNumber + 1)

    # A radio that is a port of a bridge has no address of its own.
    /interface bridge port remove [find where interface=$radioName]

    # A station. Security settings of its own, such as the factory's, win over those of every profile: they go.
    /interface wifi unset [find where name=$radioName] value-name=security.authentication-types
    /interface wifi unset [find where name=$radioName] value-name=security.passphrase
    /interface wifi set [find where name=$radioName] configuration.mode=station configuration.ssid=$firstSsid \
        security=$firstProfile channel.band=($radio->"band") channel.frequency=($radio->"channels") disabled=no
    :if ($radioCountry != "") do={
        /interface wifi set [find where name=$radioName] configuration.country=$radioCountry
    }

    # The agent's address item of this radio, found by its comment. It starts disabled and parked on an address that nobody
    # has (RFC 5737), a different one for each radio: a router may refuse a second item with the same address.
    :local itemComment ("tikroam:" . $radioName)
    :if ([:len [/ip address find where comment=$itemComment]] = 0) do={
        /ip address add address=("192.0.2." . $radioNumber . "/32") network=("192.0.2." . $radioNumber) \
            interface=$radioName disabled=yes comment=$itemComment
    }

    # What leaves by a radio leaves with the radio's address; masquerade also forgets its connections when that address
    # goes. Nothing is rewritten inside the tunnel: the office calls the vehicle by its own address.
    :local natComment ("out by " . $radioName)
    :if ([:len [/ip firewall nat find where comment=$natComment]] = 0) do={
        /ip firewall nat add chain=srcnat action=masquerade out-interface=$radioName comment=$natComment
    }

    :foreach listName in={"WAN"; "tikroam-radios"} do={
        :local memberComment ($radioName . " in " . $listName)
        :if ([:len [/interface list member find where comment=$memberComment]] = 0) do={
            /interface list member add list=$listName interface=$radioName comment=$memberComment
        }
    }
}

# Where nothing else drops input, there is no firewall: these rules keep the networks' other users out of the router and of
# the vehicle. Answers to what the vehicle sent, the tunnel among them, come in.
:local drops [:len [/ip firewall filter find where chain=input and action=drop]]
:local ownDrops [:len [/ip firewall filter find where comment="radios: no input"]]
:if ($drops = $ownDrops) do={
    :if ([:len [/ip firewall filter find where comment="radios: answers in"]] = 0) do={
        /ip firewall filter add chain=input action=accept connection-state=established,related,untracked \
            in-interface-list=tikroam-radios comment="radios: answers in"
    }
    :if ([:len [/ip firewall filter find where comment="radios: no input"]] = 0) do={
        /ip firewall filter add chain=input action=drop in-interface-list=tikroam-radios comment="radios: no input"
    }
    :if ([:len [/ip firewall filter find where comment="radios: answers through"]] = 0) do={
        /ip firewall filter add chain=forward action=accept connection-state=established,related,untracked \
            in-interface-list=tikroam-radios comment="radios: answers through"
    }
    :if ([:len [/ip firewall filter find where comment="radios: nothing through"]] = 0) do={
        /ip firewall filter add chain=forward action=drop connection-nat-state=!dstnat \
            in-interface-list=tikroam-radios comment="radios: nothing through"
    }
}

# Where agent.toml says `address = "dhcp"`, the agent makes a DHCP client for each radio by itself (`tikroam:dhcp:wlan1`).

# The agent's default route, disabled until the agent sets it. Another static default route, or a DHCP client on a radio, is
# in its way: `tikroam check` names such items.
:if ([:len [/ip route find where comment="tikroam:default"]] = 0) do={
    /ip route add dst-address=0.0.0.0/0 gateway=192.0.2.254 distance=1 disabled=yes comment="tikroam:default"
}

:log info "router-wifi.rsc: done"
