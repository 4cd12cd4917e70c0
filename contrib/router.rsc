# The vehicle's router, RouterOS 6.49 or 7 with the `wireless` package. Made by `tikroam setup --vehicle` from
# agent.toml.
#
# Work over a wire, not over a radio: the radios leave their bridge. First make a backup on the router: /system backup
# save name=before-tikroam. Change each CHANGE-ME below, copy the file to the router, and run: /import
# file-name=router.rsc (or the name that you gave it). Then `tikroam check` on the vehicle's PC names what does not fit
# yet, and `tikroam setup --check` prints the commands that are missing.
#
# The file may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the rest.
# It leaves alone what the agent sets. What is taken out of agent.toml stays on the router.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have, by their command trees, and 6.49 by its manual. No
# real router has run the file yet: look at the first import's output.


# What only you have.

# The password of the API user `tikroam`, as in the password file of the vehicle's PC.
:local apiPassword "CHANGE-ME"
# The WPA2 key of network `securessid`.
:local networkKey3 "CHANGE-ME"
# The password of `vehicle1` at the office.
:local tunnelPassword "CHANGE-ME"
:if ($apiPassword = "CHANGE-ME") do={ :error "tikroam setup --vehicle: change apiPassword first" }
:if ($networkKey3 = "CHANGE-ME") do={ :error "tikroam setup --vehicle: change networkKey3 first" }
:if ($tunnelPassword = "CHANGE-ME") do={ :error "tikroam setup --vehicle: change tunnelPassword first" }


# The API user has a group of its own with the least that works. `read` shows registrations, addresses, routes, and
# scripts to `tikroam check`; `write` sets addresses and routes; `test` allows scan and ping. The user can log in by the
# API only, from the vehicle's PC only, and can neither see passwords nor add users.
:if ([:len [/user group find where name="tikroam"]] = 0) do={
    /user group add name=tikroam policy=api,read,write,test
}
/user group set [find where name="tikroam"] policy=api,read,write,test
:if ([:len [/user find where name="tikroam"]] = 0) do={
    /user add name=tikroam group=tikroam password=$apiPassword address=192.168.88.10/32
}
/user set [find where name="tikroam"] group=tikroam password=$apiPassword address=192.168.88.10/32


# The API sends the password in clear text: it answers only the vehicle's PC, on the wire.
/ip service set api disabled=no port=8728 address=192.168.88.10/32


# A router from its box asks for an address and a default route on its first port. That route comes before the agent's
# or beside it.
/ip dhcp-client set [find where comment="defconf"] disabled=yes


# A router without a battery starts in the year 1970, when no certificate is valid yet. The setting has other names on
# RouterOS 6.49, and an import stops at a word that a version lacks, so each is tried as a text of its own.
:foreach form in={"servers"; "server-dns-names"; "primary-ntp"} do={
    :local timeServers "time.cloudflare.com"
    :local command ("/system ntp client set enabled=yes " . $form . "=" . $timeServers)
    :do {
        :local setTime [:parse $command]
        $setTime
    } on-error={}
}


# A profile for open networks, and one for each network with a key.
:if ([:len [/interface wireless security-profiles find where name="tikroam-open"]] = 0) do={
    /interface wireless security-profiles add name=tikroam-open mode=none
}
:if ([:len [/interface wireless security-profiles find where name="tikroam-securessid"]] = 0) do={
    /interface wireless security-profiles add name=tikroam-securessid mode=dynamic-keys authentication-types=wpa2-psk \
        wpa2-pre-shared-key=$networkKey3
}
/interface wireless security-profiles set [find where name="tikroam-securessid"] mode=dynamic-keys \
    authentication-types=wpa2-psk wpa2-pre-shared-key=$networkKey3


# A radio that is a port of a bridge has no address of its own.
/interface bridge port remove [find where interface="wlan1"]
/interface bridge port remove [find where interface="wlan2"]


# Stations with an empty ssid, because only then does a rule's ssid count. Without a matching rule they join nothing
# (default-authentication=no). The router's own roaming stays off: it scans on the active radio. Each channel less in
# the scan-list makes every search shorter.
/interface wireless set [find where name="wlan1"] mode=station ssid="" wireless-protocol=802.11 \
    default-authentication=no security-profile=tikroam-open station-roaming=disabled disabled=no band=2ghz-b/g/n \
    scan-list=2412,2437,2462
/interface wireless set [find where name="wlan2"] mode=station ssid="" wireless-protocol=802.11 \
    default-authentication=no security-profile=tikroam-open station-roaming=disabled disabled=no band=5ghz-a/n/ac \
    scan-list=5180,5200,5220,5240


# What each radio may join, first match first, and nothing else. Outside its range a rule ends the association, so that
# [handover] of agent.toml must leave before. The agent adds two rules of its own for each radio on top:
# `tikroam:hunt:wlan1` sends the standby to one access point, `tikroam:avoid:wlan1` keeps it off the active's. Leave
# room above, and never edit those.
:if ([:len [/interface wireless connect-list find where comment="wlan1 may join testssid1"]] = 0) do={
    /interface wireless connect-list add comment="wlan1 may join testssid1" interface=wlan1 connect=yes ssid=testssid1 \
        security-profile=tikroam-open signal-range=-85..120
}
/interface wireless connect-list set [find where comment="wlan1 may join testssid1"] interface=wlan1 connect=yes \
    ssid=testssid1 security-profile=tikroam-open signal-range=-85..120
:if ([:len [/interface wireless connect-list find where comment="wlan1 may join testssid2"]] = 0) do={
    /interface wireless connect-list add comment="wlan1 may join testssid2" interface=wlan1 connect=yes ssid=testssid2 \
        security-profile=tikroam-open signal-range=-85..120
}
/interface wireless connect-list set [find where comment="wlan1 may join testssid2"] interface=wlan1 connect=yes \
    ssid=testssid2 security-profile=tikroam-open signal-range=-85..120
:if ([:len [/interface wireless connect-list find where comment="wlan1 may join securessid"]] = 0) do={
    /interface wireless connect-list add comment="wlan1 may join securessid" interface=wlan1 connect=yes \
        ssid=securessid security-profile=tikroam-securessid signal-range=-85..120
}
/interface wireless connect-list set [find where comment="wlan1 may join securessid"] interface=wlan1 connect=yes \
    ssid=securessid security-profile=tikroam-securessid signal-range=-85..120
:if ([:len [/interface wireless connect-list find where comment="wlan2 may join testssid1"]] = 0) do={
    /interface wireless connect-list add comment="wlan2 may join testssid1" interface=wlan2 connect=yes ssid=testssid1 \
        security-profile=tikroam-open signal-range=-85..120
}
/interface wireless connect-list set [find where comment="wlan2 may join testssid1"] interface=wlan2 connect=yes \
    ssid=testssid1 security-profile=tikroam-open signal-range=-85..120
:if ([:len [/interface wireless connect-list find where comment="wlan2 may join testssid2"]] = 0) do={
    /interface wireless connect-list add comment="wlan2 may join testssid2" interface=wlan2 connect=yes ssid=testssid2 \
        security-profile=tikroam-open signal-range=-85..120
}
/interface wireless connect-list set [find where comment="wlan2 may join testssid2"] interface=wlan2 connect=yes \
    ssid=testssid2 security-profile=tikroam-open signal-range=-85..120
:if ([:len [/interface wireless connect-list find where comment="wlan2 may join securessid"]] = 0) do={
    /interface wireless connect-list add comment="wlan2 may join securessid" interface=wlan2 connect=yes \
        ssid=securessid security-profile=tikroam-securessid signal-range=-85..120
}
/interface wireless connect-list set [find where comment="wlan2 may join securessid"] interface=wlan2 connect=yes \
    ssid=securessid security-profile=tikroam-securessid signal-range=-85..120
:if ([:len [/interface wireless connect-list find where comment="wlan1 joins nothing else"]] = 0) do={
    /interface wireless connect-list add comment="wlan1 joins nothing else" interface=wlan1 connect=no
}
/interface wireless connect-list set [find where comment="wlan1 joins nothing else"] interface=wlan1 connect=no
/interface wireless connect-list move [find where comment="wlan1 joins nothing else"]
:if ([:len [/interface wireless connect-list find where comment="wlan2 joins nothing else"]] = 0) do={
    /interface wireless connect-list add comment="wlan2 joins nothing else" interface=wlan2 connect=no
}
/interface wireless connect-list set [find where comment="wlan2 joins nothing else"] interface=wlan2 connect=no
/interface wireless connect-list move [find where comment="wlan2 joins nothing else"]


# What leaves by a radio leaves with the radio's address; masquerade also forgets its connections when that address
# goes. Nothing is rewritten inside the tunnel: the office calls the vehicle by its own address.
:if ([:len [/ip firewall nat find where comment="out by wlan1"]] = 0) do={
    /ip firewall nat add comment="out by wlan1" chain=srcnat action=masquerade out-interface=wlan1
}
/ip firewall nat set [find where comment="out by wlan1"] chain=srcnat action=masquerade out-interface=wlan1
:if ([:len [/ip firewall nat find where comment="out by wlan2"]] = 0) do={
    /ip firewall nat add comment="out by wlan2" chain=srcnat action=masquerade out-interface=wlan2
}
/ip firewall nat set [find where comment="out by wlan2"] chain=srcnat action=masquerade out-interface=wlan2


# The networks are strangers'. The stock firewall drops what comes in by an interface of the list WAN or of none; the
# rules below, for a router without it, go by a list of the radios alone.
:if ([:len [/interface list find where name="WAN"]] = 0) do={
    /interface list add name=WAN
}
:if ([:len [/interface list find where name="tikroam-radios"]] = 0) do={
    /interface list add name=tikroam-radios
}
:if ([:len [/interface list member find where comment="wlan1 in WAN"]] = 0) do={
    /interface list member add comment="wlan1 in WAN" list=WAN interface=wlan1
}
/interface list member set [find where comment="wlan1 in WAN"] list=WAN interface=wlan1
:if ([:len [/interface list member find where comment="wlan1 in tikroam-radios"]] = 0) do={
    /interface list member add comment="wlan1 in tikroam-radios" list=tikroam-radios interface=wlan1
}
/interface list member set [find where comment="wlan1 in tikroam-radios"] list=tikroam-radios interface=wlan1
:if ([:len [/interface list member find where comment="wlan2 in WAN"]] = 0) do={
    /interface list member add comment="wlan2 in WAN" list=WAN interface=wlan2
}
/interface list member set [find where comment="wlan2 in WAN"] list=WAN interface=wlan2
:if ([:len [/interface list member find where comment="wlan2 in tikroam-radios"]] = 0) do={
    /interface list member add comment="wlan2 in tikroam-radios" list=tikroam-radios interface=wlan2
}
/interface list member set [find where comment="wlan2 in tikroam-radios"] list=tikroam-radios interface=wlan2


# Where nothing else drops input, there is no firewall: these rules keep the networks' other users out of the router and
# of the vehicle. Answers to what the vehicle sent, the tunnel among them, come in.
:if ([:len [/ip firewall filter find where chain=input and action=drop]] = [:len [/ip firewall filter find where comment="radios: no input"]]) do={
    :if ([:len [/ip firewall filter find where comment="radios: answers in"]] = 0) do={
        /ip firewall filter add comment="radios: answers in" chain=input action=accept \
            connection-state=established,related,untracked in-interface-list=tikroam-radios
    }
    /ip firewall filter set [find where comment="radios: answers in"] chain=input action=accept \
        connection-state=established,related,untracked in-interface-list=tikroam-radios
    :if ([:len [/ip firewall filter find where comment="radios: no input"]] = 0) do={
        /ip firewall filter add comment="radios: no input" chain=input action=drop in-interface-list=tikroam-radios
    }
    /ip firewall filter set [find where comment="radios: no input"] chain=input action=drop \
        in-interface-list=tikroam-radios
    :if ([:len [/ip firewall filter find where comment="radios: answers through"]] = 0) do={
        /ip firewall filter add comment="radios: answers through" chain=forward action=accept \
            connection-state=established,related,untracked in-interface-list=tikroam-radios
    }
    /ip firewall filter set [find where comment="radios: answers through"] chain=forward action=accept \
        connection-state=established,related,untracked in-interface-list=tikroam-radios
    :if ([:len [/ip firewall filter find where comment="radios: nothing through"]] = 0) do={
        /ip firewall filter add comment="radios: nothing through" chain=forward action=drop \
            connection-nat-state=!dstnat in-interface-list=tikroam-radios
    }
    /ip firewall filter set [find where comment="radios: nothing through"] chain=forward action=drop \
        connection-nat-state=!dstnat in-interface-list=tikroam-radios
}


# The agent's address item of each radio, found by its comment. It starts disabled and parked on an address that nobody
# has (RFC 5737), a different one for each radio: a router may refuse a second item with the same address. Where
# agent.toml says `address = "dhcp"`, the agent makes a DHCP client for each radio by itself (`tikroam:dhcp:wlan1`).
:if ([:len [/ip address find where comment="tikroam:wlan1"]] = 0) do={
    /ip address add comment="tikroam:wlan1" address=192.0.2.1/32 network=192.0.2.1 interface=wlan1 disabled=yes
}
:if ([:len [/ip address find where comment="tikroam:wlan2"]] = 0) do={
    /ip address add comment="tikroam:wlan2" address=192.0.2.2/32 network=192.0.2.2 interface=wlan2 disabled=yes
}


# The agent's default route, disabled until the agent sets it. Another static default route, or a DHCP client on a
# radio, is in its way: `tikroam check` names such items.
:if ([:len [/ip route find where comment="tikroam:default"]] = 0) do={
    /ip route add comment="tikroam:default" dst-address=0.0.0.0/0 gateway=192.0.2.254 distance=1 disabled=yes
}


# The tunnel to the office. Whoever runs a false access point can answer the dial: allow=mschap2 never gives the
# password away in clear text (PAP), and use-encryption=required takes no tunnel that is not encrypted.
# add-default-route=no, because only the office's networks go into the tunnel. A keepalive is for the day when the agent
# is not there; a swap hangs up and dials by itself. Whether the tunnel is on is the agent's and people's to say.
:if ([:len [/ppp profile find where name="tikroam"]] = 0) do={
    /ppp profile add name=tikroam use-encryption=required change-tcp-mss=yes
}
/ppp profile set [find where name="tikroam"] use-encryption=required change-tcp-mss=yes
:if ([:len [/interface pptp-client find where name="PPtP_to_Office"]] = 0) do={
    /interface pptp-client add name="PPtP_to_Office" connect-to=198.51.100.1 user=vehicle1 password=$tunnelPassword \
        add-default-route=no dial-on-demand=no keepalive-timeout=15 profile=tikroam allow=mschap2 disabled=no
}
/interface pptp-client set [find where name="PPtP_to_Office"] connect-to=198.51.100.1 user=vehicle1 \
    password=$tunnelPassword add-default-route=no dial-on-demand=no keepalive-timeout=15 profile=tikroam allow=mschap2


# The office's networks lead into the tunnel. A vehicle that had another tunnel to the same office before gets its
# routes moved here, and a PPTP client to that office turned off: the office cannot have two ways to one vehicle.
:if ([:len [/ip route find where comment="10.99.0.0/24 through the tunnel"]] = 0) do={
    /ip route add comment="10.99.0.0/24 through the tunnel" dst-address=10.99.0.0/24 gateway="PPtP_to_Office"
}
/ip route set [find where comment="10.99.0.0/24 through the tunnel"] dst-address=10.99.0.0/24 gateway="PPtP_to_Office"


:log info "tikroam setup --vehicle: done"
