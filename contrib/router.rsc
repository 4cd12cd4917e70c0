# The vehicle's router, RouterOS 6.49 or 7 with the `wireless` package, for one vehicle with two client radios.
#
# Change what is marked CHANGE, copy the file to the router, and run it once on a router without its own wireless setup:
#   /import file-name=router.rsc
# Then `tikroam check --config agent.toml` on the vehicle's PC tells what does not fit yet. The values are those of the
# shipped agent.toml: wlan1 and wlan2, PC on 192.168.88.10, networks testssid1, testssid2 and securessid.


# The API user: its own group with the least that works. `read` sees registrations, addresses and routes, and scripts for
# `tikroam check`; `write` sets addresses and routes; `test` allows scan and ping. It cannot log in by any other way than the
# API, see passwords, or add users.
/user group add name=tikroam policy=api,read,write,test
# CHANGE password, and address to that of the vehicle's PC: from anywhere else the user cannot log in.
/user add name=tikroam group=tikroam password="CHANGE-ME" address=192.168.88.10/32 comment="tikroam"

# The API sends the password in clear text: answer only the vehicle's PC, on the wire. CHANGE address as above.
/ip service set api disabled=no port=8728 address=192.168.88.10/32


# Radios that are ports of a bridge have no address of their own.
/interface bridge port remove [find where interface=wlan1 or interface=wlan2]

# The keys of the networks. CHANGE the key; one profile for each kind of network.
/interface wireless security-profiles
add name=tikroam-open mode=none
add name=tikroam-secure mode=dynamic-keys authentication-types=wpa2-psk wpa2-pre-shared-key="CHANGE-ME"

# Both radios are stations with an empty ssid, because only then does a rule's ssid count. Without a matching rule they
# join nothing (default-authentication=no). The router's own roaming stays off: it scans on the active radio.
# CHANGE country and band to yours. CHANGE scan-list to the channels that your networks really use: each channel less
# makes every search shorter.
/interface wireless
set [find where name=wlan1] mode=station ssid="" band=2ghz-b/g/n wireless-protocol=802.11 scan-list=2412,2437,2462 \
    default-authentication=no security-profile=tikroam-open station-roaming=disabled disabled=no
set [find where name=wlan2] mode=station ssid="" band=2ghz-b/g/n wireless-protocol=802.11 scan-list=2412,2437,2462 \
    default-authentication=no security-profile=tikroam-open station-roaming=disabled disabled=no

# What the radios may join, first match first. Outside its range a rule ends the association, so the agent's trigger
# (-80) stays above -85 by more than 3 dB. The agent adds one rule of its own for each radio on top (`tikroam:hunt:wlan1`),
# which is how it sends the standby to one access point; leave room above, and never edit those.
/interface wireless connect-list
add interface=wlan1 ssid=testssid1 security-profile=tikroam-open signal-range=-85..120
add interface=wlan1 ssid=testssid2 security-profile=tikroam-open signal-range=-85..120
add interface=wlan1 ssid=securessid security-profile=tikroam-secure signal-range=-85..120
add interface=wlan2 ssid=testssid1 security-profile=tikroam-open signal-range=-85..120
add interface=wlan2 ssid=testssid2 security-profile=tikroam-open signal-range=-85..120
add interface=wlan2 ssid=securessid security-profile=tikroam-secure signal-range=-85..120


# The agent's items, found by their comments. It only ever sets them, so a command that was sent twice does no harm.
# They start disabled and parked on addresses that nobody has (RFC 5737), a different one each: a router may refuse a
# second item with the same address.
/ip address
add address=192.0.2.1/32 network=192.0.2.1 interface=wlan1 disabled=yes comment="tikroam:wlan1"
add address=192.0.2.2/32 network=192.0.2.2 interface=wlan2 disabled=yes comment="tikroam:wlan2"
/ip route
add dst-address=0.0.0.0/0 gateway=192.0.2.254 distance=1 disabled=yes comment="tikroam:default"
# Another static default route, or a DHCP client on a radio, would fight with it: `tikroam check` names such items.


# The tunnel to the office. CHANGE connect-to (an address needs no name server on the way), user and password to those
# of concentrator.rsc. add-default-route=no, because only the office's networks go into the tunnel. The keepalive is for
# the day when the agent is not there; a swap hangs up and dials by itself.
/interface pptp-client
add name=PPtP_to_Office connect-to=198.51.100.1 user=vehicle1 password="CHANGE-ME" profile=default-encryption \
    add-default-route=no dial-on-demand=no keepalive-timeout=15 disabled=no

# CHANGE: one line for each network of the office. It must not overlap a network that a radio may join.
/ip route add dst-address=10.99.0.0/24 gateway=PPtP_to_Office comment="the office, through the tunnel"

# What leaves by a radio leaves with the radio's address; masquerade also forgets its connections when that address goes.
# Nothing is rewritten inside the tunnel: the office calls the vehicle by its own address.
/ip firewall nat
add chain=srcnat action=masquerade out-interface=wlan1 comment="out by wlan1"
add chain=srcnat action=masquerade out-interface=wlan2 comment="out by wlan2"

# The networks are strangers: the stock firewall drops what comes from the list WAN. Without the stock firewall, write
# rules that do the same.
:if ([:len [/interface list find where name=WAN]] = 0) do={ /interface list add name=WAN }
/interface list member
add list=WAN interface=wlan1 comment="strangers' networks"
add list=WAN interface=wlan2 comment="strangers' networks"
