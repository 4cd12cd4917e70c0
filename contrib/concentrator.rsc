# The office's router that all vehicles dial in to, RouterOS 6.49 or 7.
#
# Change what is marked CHANGE, copy the file to the router, and run it once: /import file-name=concentrator.rsc
# Addresses: 10.99.0.0/24 is the office, 10.98.0.1 this end of every tunnel, 10.98.0.11 and up the vehicles' ends, and
# 192.168.88.0/24 the wired network in vehicle 1. None of them may overlap another, nor a network that vehicles may join.
#
# PPTP's encryption is weak by today's measure: what must stay secret needs its own protection inside the tunnel.


# only-one=yes: with two sessions of one vehicle the router could answer into the dead one. The agent hangs up before it
# moves, and its router dials again when it is refused.
/ppp profile
add name=tikroam local-address=10.98.0.1 use-encryption=required only-one=yes change-tcp-mss=yes

# The keepalive finds the sessions of vehicles that vanished without hanging up: the shorter, the sooner they may dial again.
/interface pptp-server server
set enabled=yes authentication=mschap2 default-profile=tikroam keepalive-timeout=10

# One secret for each vehicle: a fixed address, and the way to the network in the vehicle (network, the vehicle's
# address, distance). CHANGE the password; add a line for each further vehicle.
/ppp secret
add name=vehicle1 password="CHANGE-ME" service=pptp profile=tikroam remote-address=10.98.0.11 \
    routes="192.168.88.0/24 10.98.0.11 1"
# A second vehicle needs its own address, and another wired network than 192.168.88.0/24 inside the vehicle:
# add name=vehicle2 password="CHANGE-ME" service=pptp profile=tikroam remote-address=10.98.0.12 \
#     routes="192.168.89.0/24 10.98.0.12 1"

# The calls come in from the internet. CHANGE: move both rules above the rule that drops input, if there is one.
/ip firewall filter
add chain=input action=accept protocol=tcp dst-port=1723 comment="vehicles dial in"
add chain=input action=accept protocol=gre comment="vehicles' tunnels"
