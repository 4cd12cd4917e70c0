# The office's router that the vehicles call over PPTP, RouterOS 6.49 or 7: its own settings, and those of `vehicle1`.
# Made by `tikroam setup --office` from the vehicle's agent.toml. Each vehicle has a file of its own, with a name, an
# address in the tunnel and a wired network that no other has; all are imported here.
#
# Make a backup first: /system backup save name=before-tikroam. Change each CHANGE-ME below, copy the file to the
# router, and run: /import file-name=office.rsc (or the name that you gave it). It may be imported again at any time,
# also after it stopped half-way: it adds what is missing and sets the rest.
#
# Addresses: 10.98.0.1 is this end of every tunnel, 10.98.0.11 the vehicle's, and 192.168.88.0/24 the wired network in
# it. None may overlap the office, another vehicle's, or a network that vehicles may join.
#
# PPTP's encryption is weak by today's measure: what must stay secret needs its own protection inside the tunnel.
#
# The stale session. A vehicle that changes its way out dials again before this router knows that the old session is
# dead.
# - Proven, by MikroTik's manual: with only-one=no a second session of one user is let in, beside the first. A session
# whose other end is silent ends after the keepalive and 5 to 10 s more: 15 to 20 s with the 10 s below, 35 to 40 s by
# default.
# - Not proven: whether only-one=yes refuses the new dial or ends the old session. So this file does not use it.
# - Of our making, and not tried on a real router: the script `on-up` below. It accepts any dial and then removes the
# older sessions of the same user, by another caller-id or an uptime of more than 5 s. Without it the router answers
# part of the traffic into the dead session until that ends (on RouterOS 7, two equal routes share it).
# - A static binding (/interface pptp-server add) stays with the dead session: do not make one.
#
# Ten minutes with the first real router, and two PPTP clients that have one user:
# 1. /ppp profile set tikroam only-one=yes on-up="": pull the cable of the first, dial with the second. Is it refused or
# does it replace the first, what does /log print say, and after how many seconds does a ping answer?
# 2. only-one=no on-up="": the same. What do /ppp active print and /ip route print show (a + is two routes at once), and
# after how many seconds does the ping answer?
# 3. Import this file again, so that on-up is back: the same. How many seconds, does the old session go at once, and are
# the routes of the new session still there once the old one is removed?
# 4. /tool sniffer on port 1723 and protocol gre while the first client is disabled: in which order do its packets
# leave?
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have, by their command trees or by the manual. No real
# router has run the file yet: look at the first import's output.


# What only you have.

# The password of `vehicle1`.
:local tunnelPassword "CHANGE-ME"
:if ($tunnelPassword = "CHANGE-ME") do={ :error "tikroam setup --office: change tunnelPassword first" }


# What every session gets. Any dial is let in, and the older sessions of the same user go.
:if ([:len [/ppp profile find where name="tikroam"]] = 0) do={
    /ppp profile add name=tikroam local-address=10.98.0.1 use-encryption=required change-tcp-mss=yes only-one=no \
        on-up=":foreach s in=[/ppp active find where name=\$user] do={ :if (([/ppp active get \$s caller-id] != \$\"caller-id\") || ([/ppp active get \$s uptime] > 5s)) do={ /ppp active remove \$s } }"
}
/ppp profile set [find where name="tikroam"] local-address=10.98.0.1 use-encryption=required change-tcp-mss=yes \
    only-one=no \
    on-up=":foreach s in=[/ppp active find where name=\$user] do={ :if (([/ppp active get \$s caller-id] != \$\"caller-id\") || ([/ppp active get \$s uptime] > 5s)) do={ /ppp active remove \$s } }"


# The server. The keepalive finds the sessions of vehicles that vanished without hanging up.
/interface pptp-server server set enabled=yes authentication=mschap2 default-profile=tikroam keepalive-timeout=10


# The vehicle: a fixed address, and the way to the wired network in it.
:if ([:len [/ppp secret find where name="vehicle1"]] = 0) do={
    /ppp secret add name=vehicle1 password=$tunnelPassword service=pptp profile=tikroam remote-address=10.98.0.11 \
        routes="192.168.88.0/24 10.98.0.11 1"
}
/ppp secret set [find where name="vehicle1"] password=$tunnelPassword service=pptp profile=tikroam \
    remote-address=10.98.0.11 routes="192.168.88.0/24 10.98.0.11 1"


# The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after these.
:if ([:len [/ip firewall filter find where comment="vehicles dial in"]] = 0) do={
    :if ([:len [/ip firewall filter find where chain=input and action=drop]] = 0) do={
        /ip firewall filter add comment="vehicles dial in" chain=input action=accept protocol=tcp dst-port=1723
    } else={
        /ip firewall filter add comment="vehicles dial in" chain=input action=accept protocol=tcp dst-port=1723 \
            place-before=[:pick [/ip firewall filter find where chain=input and action=drop] 0]
    }
}
/ip firewall filter set [find where comment="vehicles dial in"] chain=input action=accept protocol=tcp dst-port=1723
:if ([:len [/ip firewall filter find where comment="vehicles' tunnels"]] = 0) do={
    :if ([:len [/ip firewall filter find where chain=input and action=drop]] = 0) do={
        /ip firewall filter add comment="vehicles' tunnels" chain=input action=accept protocol=gre
    } else={
        /ip firewall filter add comment="vehicles' tunnels" chain=input action=accept protocol=gre \
            place-before=[:pick [/ip firewall filter find where chain=input and action=drop] 0]
    }
}
/ip firewall filter set [find where comment="vehicles' tunnels"] chain=input action=accept protocol=gre


:log info "tikroam setup --office: done"
