# The office's router that the vehicles call over WireGuard, RouterOS 7: its own settings, and those of `vehicle1`. Made
# by `tikroam setup --office` from the vehicle's agent.toml. Each vehicle has a file of its own, with a name, an address
# in the tunnel and a wired network that no other has; all are imported here.
#
# Make a backup first: /system backup save name=before-tikroam. Change each CHANGE-ME below, copy the file to the
# router, and run: /import file-name=office.rsc (or the name that you gave it). It may be imported again at any time,
# also after it stopped half-way: it adds what is missing and sets the rest.
#
# Addresses: 10.97.0.1 is this end of every tunnel, 10.97.0.11 the vehicle's, and 192.168.88.0/24 the wired network in
# it. None may overlap the office, another vehicle's, or a network that vehicles may join.
#
# A vehicle that changes its way out needs no new session: this router answers to wherever the vehicle's last packet
# came from.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have, by their command trees or by the manual. No real
# router has run the file yet: look at the first import's output.


# What only you have.

# The public key of `vehicle1`, which the import of the vehicle's file prints.
:local vehicleKey "CHANGE-ME"


# This end of every tunnel. The first import makes the office's keys and prints the public one, for `officeKey` of the
# vehicle's file. That file prints the vehicle's public key in turn: write it above and import this file again.
:if ([:len [/interface wireguard find where name="WG_to_Vehicles"]] = 0) do={
    /interface wireguard add name="WG_to_Vehicles" listen-port=13231 comment="to the vehicles"
}
/interface wireguard set [find where name="WG_to_Vehicles"] listen-port=13231
:local publicKey [/interface wireguard get [find where name="WG_to_Vehicles"] public-key]
:put ("tikroam setup: the public key of the office is " . $publicKey)
:log info ("tikroam setup: the public key of the office is " . $publicKey)
:if ([:len [/ip address find where comment="the office's end of the tunnels"]] = 0) do={
    /ip address add comment="the office's end of the tunnels" address=10.97.0.1/24 network=10.97.0.0 \
        interface="WG_to_Vehicles"
}
/ip address set [find where comment="the office's end of the tunnels"] address=10.97.0.1/24 network=10.97.0.0 \
    interface="WG_to_Vehicles"


# The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after this one.
:if ([:len [/ip firewall filter find where comment="vehicles' calls"]] = 0) do={
    :if ([:len [/ip firewall filter find where chain=input and action=drop]] = 0) do={
        /ip firewall filter add comment="vehicles' calls" chain=input action=accept protocol=udp dst-port=13231
    } else={
        /ip firewall filter add comment="vehicles' calls" chain=input action=accept protocol=udp dst-port=13231 \
            place-before=[:pick [/ip firewall filter find where chain=input and action=drop] 0]
    }
}
/ip firewall filter set [find where comment="vehicles' calls"] chain=input action=accept protocol=udp dst-port=13231


# The vehicle, and the way to the wired network in it. The office has no endpoint of a vehicle and no keepalive to it:
# vehicles call. Nothing is rewritten inside the tunnel.
:if ($vehicleKey = "CHANGE-ME") do={
    :error "tikroam setup --office: set vehicleKey to the key that the vehicle's file prints, and import again"
}
:if ([:len [/interface wireguard peers find where interface="WG_to_Vehicles" and comment="vehicle1"]] = 0) do={
    /interface wireguard peers add interface="WG_to_Vehicles" comment=vehicle1 public-key=$vehicleKey \
        allowed-address=10.97.0.11/32,192.168.88.0/24
}
/interface wireguard peers set [find where interface="WG_to_Vehicles" and comment="vehicle1"] public-key=$vehicleKey \
    allowed-address=10.97.0.11/32,192.168.88.0/24
:if ([:len [/ip route find where comment="to vehicle1 through the tunnel"]] = 0) do={
    /ip route add comment="to vehicle1 through the tunnel" dst-address=192.168.88.0/24 gateway="WG_to_Vehicles"
}
/ip route set [find where comment="to vehicle1 through the tunnel"] dst-address=192.168.88.0/24 gateway="WG_to_Vehicles"


# The office only answers. Otherwise it goes on calling the place where a vehicle was last, and a firewall on the way
# can take its calls for a connection that stands. The setting is `responder` from RouterOS 7.17 on and `is-responder`
# in 7.15 and 7.16; before 7.15 there is none. An import stops at a word that a version lacks, so each is tried as a
# text of its own.
:foreach responder in={"responder"; "is-responder"} do={
    :local command ("/interface wireguard peers set [find where interface=\"WG_to_Vehicles\"] " . $responder . "=yes")
    :do {
        :local setResponder [:parse $command]
        $setResponder
    } on-error={}
}


:log info "tikroam setup --office: done"
