# The vehicle's router, RouterOS 6.49 or 7 with the `wireless` package, for one vehicle with one to four client radios.
#
# Change the values down to "The script", copy the file to the router, and run: /import file-name=router.rsc
# Then `tikroam check --config agent.toml` on the vehicle's PC names what does not fit yet. The values are those of the
# shipped agent.toml, and its passwords those of nobody: the import stops while one is still CHANGE-ME.
#
# The file may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the rest to
# the values below. It leaves alone what the agent sets. What is taken out of a list below stays on the router.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have (by their command trees) and 6.49 by its manual. No real
# router has run the file yet: look at the first import's output.


# The password of the API user `tikroam`, and the address of the vehicle's PC: from anywhere else the user cannot log in.
:local apiPassword "CHANGE-ME"
:local pcAddress "192.168.88.10"

# The radios, each with its band and the channels that your networks really use there: each channel less makes every search
# shorter. Two radios of 2.4 GHz take "2ghz-b/g/n" both; channels "default" are all of the band. A vehicle with one radio has
# one line, and one with up to four has a line more for each, with `;` between the lines, such as
# {name="wlan3"; band="2ghz-b/g/n"; channels="2412,2437,2462"}. Each has a [[radio]] in agent.toml.
:local radios {
    {name="wlan1"; band="2ghz-b/g/n"; channels="2412,2437,2462"};
    {name="wlan2"; band="5ghz-a/n/ac"; channels="5180,5200,5220,5240"}
}
# The country whose rules the radios keep, such as "germany"; empty leaves what is set.
:local radioCountry ""

# The networks of agent.toml, each with its WPA2 key; an empty key is an open network.
:local networks {
    {ssid="testssid1"; key=""};
    {ssid="testssid2"; key=""};
    {ssid="securessid"; key="CHANGE-ME"}
}

# The tunnel over PPTP. On RouterOS 7 use WireGuard in its place: set `pptp` to false here, leave the rest of this part as it
# is, and import router-wireguard.rsc after this file.
:local pptp true
# Its name here, the office's public address (an address needs no name server on the way), and the vehicle's name and
# password there, as in concentrator.rsc.
:local tunnelName "PPtP_to_Office"
:local officeAddress "198.51.100.1"
:local vehicleName "vehicle1"
:local vehiclePassword "CHANGE-ME"
# The office's private networks. None may overlap a network that a radio may join.
:local officeNetworks {"10.99.0.0/24"}


# The script.

:if (($apiPassword = "CHANGE-ME") or ($pptp and ($vehiclePassword = "CHANGE-ME"))) do={
    :error "router.rsc: change the passwords first"
}
:foreach network in=$networks do={
    :if (($network->"key") = "CHANGE-ME") do={ :error "router.rsc: change the keys of the networks first" }
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


# A profile for open networks, and one for each network with a key.
:if ([:len [/interface wireless security-profiles find where name="tikroam-open"]] = 0) do={
    /interface wireless security-profiles add name=tikroam-open mode=none
}
:foreach network in=$networks do={
    :local networkKey ($network->"key")
    :if ($networkKey != "") do={
        :local profileName ("tikroam-" . ($network->"ssid"))
        :if ([:len [/interface wireless security-profiles find where name=$profileName]] = 0) do={
            /interface wireless security-profiles add name=$profileName mode=dynamic-keys authentication-types=wpa2-psk \
                wpa2-pre-shared-key=$networkKey
        }
        /interface wireless security-profiles set [find where name=$profileName] mode=dynamic-keys \
            authentication-types=wpa2-psk wpa2-pre-shared-key=$networkKey
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

    # A station with an empty ssid, because only then does a rule's ssid count. Without a matching rule it joins nothing
    # (default-authentication=no). The router's own roaming stays off: it scans on the active radio.
    /interface wireless set [find where name=$radioName] mode=station ssid="" band=($radio->"band") \
        wireless-protocol=802.11 scan-list=($radio->"channels") default-authentication=no security-profile=tikroam-open \
        station-roaming=disabled disabled=no
    :if ($radioCountry != "") do={
        /interface wireless set [find where name=$radioName] country=$radioCountry
    }

    # What the radio may join, first match first. Outside its range a rule ends the association, so that [handover] of
    # agent.toml must leave before -85 dBm. The agent adds two rules of its own for each radio on top:
    # `tikroam:hunt:wlan1` sends the standby to one access point, `tikroam:avoid:wlan1` keeps it off the active's. Leave room
    # above, and never edit those.
    :foreach network in=$networks do={
        :local networkSsid ($network->"ssid")
        :local profileName "tikroam-open"
        :if (($network->"key") != "") do={ :set profileName ("tikroam-" . $networkSsid) }
        :local ruleComment ($radioName . " may join " . $networkSsid)
        :if ([:len [/interface wireless connect-list find where comment=$ruleComment]] = 0) do={
            /interface wireless connect-list add interface=$radioName ssid=$networkSsid security-profile=$profileName \
                signal-range=-85..120 comment=$ruleComment
        }
        /interface wireless connect-list set [find where comment=$ruleComment] interface=$radioName ssid=$networkSsid \
            security-profile=$profileName signal-range=-85..120
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


# The tunnel to the office. Whoever runs a false access point can answer the dial: allow=mschap2 never gives the password
# away in clear text (PAP), and use-encryption=required takes no tunnel that is not encrypted.
:if ($pptp) do={
    :if ([:len [/ppp profile find where name="tikroam"]] = 0) do={
        /ppp profile add name=tikroam use-encryption=required change-tcp-mss=yes
    }
    /ppp profile set [find where name="tikroam"] use-encryption=required change-tcp-mss=yes

    # add-default-route=no, because only the office's networks go into the tunnel. The keepalive is for the day when the agent
    # is not there; a swap hangs up and dials by itself. Whether the tunnel is on is the agent's and people's to say.
    :if ([:len [/interface pptp-client find where name=$tunnelName]] = 0) do={
        /interface pptp-client add name=$tunnelName connect-to=$officeAddress user=$vehicleName password=$vehiclePassword \
            profile=tikroam allow=mschap2 add-default-route=no dial-on-demand=no keepalive-timeout=15 disabled=no
    }
    /interface pptp-client set [find where name=$tunnelName] connect-to=$officeAddress user=$vehicleName \
        password=$vehiclePassword profile=tikroam allow=mschap2 add-default-route=no dial-on-demand=no keepalive-timeout=15

    :foreach officeNetwork in=$officeNetworks do={
        :local routeComment ($officeNetwork . " through the tunnel")
        :if ([:len [/ip route find where comment=$routeComment]] = 0) do={
            /ip route add dst-address=$officeNetwork gateway=$tunnelName comment=$routeComment
        }
    }
}

:log info "router.rsc: done"
