# The office's router that all vehicles dial in to, RouterOS 6.49 or 7.
#
# Change the values down to "The script", copy the file to the router, and run: /import file-name=concentrator.rsc
# It may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the rest to the
# values below. The import stops while a password is still CHANGE-ME.
#
# Addresses: 10.99.0.0/24 is the office, 10.98.0.1 this end of every tunnel, 10.98.0.11 and up the vehicles' ends, and
# 192.168.88.0/24 the wired network in vehicle 1. None of them may overlap another, nor a network that vehicles may join.
#
# PPTP's encryption is weak by today's measure: what must stay secret needs its own protection inside the tunnel.
#
# The stale session. A vehicle that changes its way out dials again before this router knows that the old session is dead.
# - Proven, by MikroTik's manual: with only-one=no a second session of one user is let in, beside the first. A session whose
#   other end is silent ends after the keepalive and 5 to 10 s more: 15 to 20 s with the 10 s below, 35 to 40 s by default.
# - Not proven: whether only-one=yes refuses the new dial or ends the old session. So this file does not use it.
# - Of our making, and not tried on a real router: the script `on-up` below. It accepts any dial and then removes the older
#   sessions of the same user, by another caller-id or an uptime of more than 5 s. Without it the router answers part of the
#   traffic into the dead session until that ends (on RouterOS 7, two equal routes share it).
# - A static binding (/interface pptp-server add) stays with the dead session: use the secret's routes instead, as below.
# - Each command and argument is one that RouterOS 7.9 to 7.24 have (by their command trees) and 6.49 by its manual.
#
# Ten minutes with the first real router, and two PPTP clients that have one user:
#   1. /ppp profile set tikroam only-one=yes on-up="": pull the cable of the first, dial with the second. Is it refused or
#      does it replace the first, what does /log print say, and after how many seconds does a ping of 10.98.0.11 answer?
#   2. only-one=no on-up="": the same. What do /ppp active print and /ip route print show (a + is two routes at once), and
#      after how many seconds does the ping answer?
#   3. Import this file again, so that on-up is back: the same. How many seconds, does the old session go at once, and are
#      the routes of the new session still there once the old one is removed?
#   4. /tool sniffer on port 1723 and protocol gre while the first client is disabled: in which order do its packets leave?


# The vehicles: name, password, the address of their end of the tunnel, and the wired network inside the vehicle.
:local vehicles {
    {name="vehicle1"; password="CHANGE-ME"; address="10.98.0.11"; network="192.168.88.0/24"}
}
# A second one needs an address and a wired network of its own; separate the two by a semicolon:
#   {name="vehicle2"; password="CHANGE-ME"; address="10.98.0.12"; network="192.168.89.0/24"}

# This router's end of every tunnel.
:local officeEnd "10.98.0.1"


# The script.

:foreach vehicle in=$vehicles do={
    :if (($vehicle->"password") = "CHANGE-ME") do={ :error "concentrator.rsc: change the passwords first" }
}

:if ([:len [/ppp profile find where name="tikroam"]] = 0) do={ /ppp profile add name=tikroam use-encryption=required }
/ppp profile set [find where name="tikroam"] local-address=$officeEnd use-encryption=required change-tcp-mss=yes \
    only-one=no on-up=":foreach s in=[/ppp active find where name=\$user] do={ :if (([/ppp active get \$s caller-id] != \
    \$\"caller-id\") || ([/ppp active get \$s uptime] > 5s)) do={ /ppp active remove \$s } }"

# The keepalive finds the sessions of vehicles that vanished without hanging up.
/interface pptp-server server set enabled=yes authentication=mschap2 default-profile=tikroam keepalive-timeout=10

# One secret for each vehicle: a fixed address, and the way to the network in the vehicle (network, the vehicle's address,
# distance).
:foreach vehicle in=$vehicles do={
    :local vehicleName ($vehicle->"name")
    :local vehicleRoutes (($vehicle->"network") . " " . ($vehicle->"address") . " 1")
    :if ([:len [/ppp secret find where name=$vehicleName]] = 0) do={
        /ppp secret add name=$vehicleName password=($vehicle->"password") service=pptp profile=tikroam \
            remote-address=($vehicle->"address") routes=$vehicleRoutes
    }
    /ppp secret set [find where name=$vehicleName] password=($vehicle->"password") service=pptp profile=tikroam \
        remote-address=($vehicle->"address") routes=$vehicleRoutes
}

# The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after these.
:local drops [/ip firewall filter find where chain=input and action=drop]
:if ([:len [/ip firewall filter find where comment="vehicles dial in"]] = 0) do={
    :if ([:len $drops] = 0) do={
        /ip firewall filter add chain=input action=accept protocol=tcp dst-port=1723 comment="vehicles dial in"
    } else={
        /ip firewall filter add chain=input action=accept protocol=tcp dst-port=1723 comment="vehicles dial in" \
            place-before=[:pick $drops 0]
    }
}
:if ([:len [/ip firewall filter find where comment="vehicles' tunnels"]] = 0) do={
    :if ([:len $drops] = 0) do={
        /ip firewall filter add chain=input action=accept protocol=gre comment="vehicles' tunnels"
    } else={
        /ip firewall filter add chain=input action=accept protocol=gre comment="vehicles' tunnels" \
            place-before=[:pick $drops 0]
    }
}

:log info "concentrator.rsc: done"
