# The office's end of the vehicles' tunnels over WireGuard: RouterOS 7 only. It may stand beside concentrator.rsc on one
# router, as long as each vehicle uses one of the two.
#
# Change the values down to "The script", copy the file to the router, and run: /import file-name=office-wireguard.rsc
# It may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the rest to the
# values below. What is taken out of the list below stays on the router.
#
# Keys. The first import makes the office's keys and prints the public one, for `officeKey` of router-wireguard.rsc. That
# file prints each vehicle's public key in turn: write it into the list below and import this file again. A vehicle whose
# key is still CHANGE-ME is left out.
#
# Addresses: 10.99.0.0/24 is the office, 10.97.0.1 this end of every tunnel, 10.97.0.11 and up the vehicles' ends, and
# 192.168.88.0/24 the wired network in vehicle 1. None of them may overlap another, nor a network that vehicles may join.
#
# A vehicle that changes its way out needs no new session: this router answers to wherever the vehicle's last packet came
# from.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have (by their command trees), except the one that says so. No
# real router has run the file yet: look at the first import's output.


# The vehicles: name, public key, the address of their end of the tunnel, and the wired network inside the vehicle.
:local vehicles {
    {name="vehicle1"; key="CHANGE-ME"; address="10.97.0.11"; network="192.168.88.0/24"}
}
# A second one needs a key, an address and a wired network of its own; separate the two by a semicolon:
#   {name="vehicle2"; key="CHANGE-ME"; address="10.97.0.12"; network="192.168.89.0/24"}

# The tunnel's name here, this router's address in it with the mask, and the UDP port that the vehicles call.
:local tunnelName "WG_to_Vehicles"
:local officeEnd "10.97.0.1/24"
:local listenPort 13231


# The script.

:if ([:len [/interface wireguard find where name=$tunnelName]] = 0) do={
    /interface wireguard add name=$tunnelName listen-port=$listenPort comment="to the vehicles"
}
/interface wireguard set [find where name=$tunnelName] listen-port=$listenPort
:local publicKey [/interface wireguard get [find where name=$tunnelName] public-key]
:put ("office-wireguard.rsc: the public key of the office is " . $publicKey)
:log info ("office-wireguard.rsc: the public key of the office is " . $publicKey)

# An address of the same interface that is not the one above is from an earlier import.
:if ([:len [/ip address find where interface=$tunnelName and address=$officeEnd]] = 0) do={
    /ip address remove [find where interface=$tunnelName]
    /ip address add address=$officeEnd interface=$tunnelName comment="the office's end of the tunnels"
}

# One peer for each vehicle, found by its comment, and the way to the network in the vehicle. The office has no endpoint of a
# vehicle and no keepalive to it: vehicles call. Nothing is rewritten inside the tunnel.
:foreach vehicle in=$vehicles do={
    :local vehicleKey ($vehicle->"key")
    :local vehicleName ($vehicle->"name")
    :if ($vehicleKey = "CHANGE-ME") do={
        :put ("office-wireguard.rsc: " . $vehicleName . " has no key yet and is left out")
    } else={
        :local allowedAddresses (($vehicle->"address") . "/32," . ($vehicle->"network"))
        :if ([:len [/interface wireguard peers find where interface=$tunnelName and comment=$vehicleName]] = 0) do={
            /interface wireguard peers add interface=$tunnelName public-key=$vehicleKey allowed-address=$allowedAddresses \
                comment=$vehicleName
        }
        /interface wireguard peers set [find where interface=$tunnelName and comment=$vehicleName] public-key=$vehicleKey \
            allowed-address=$allowedAddresses

        :local routeComment ("to " . $vehicleName . " through the tunnel")
        :if ([:len [/ip route find where comment=$routeComment]] = 0) do={
            /ip route add dst-address=($vehicle->"network") gateway=$tunnelName comment=$routeComment
        }
        /ip route set [find where comment=$routeComment] dst-address=($vehicle->"network") gateway=$tunnelName
    }
}

# The office only answers. Otherwise it goes on calling the place where a vehicle was last, and a firewall on the way can take
# its calls for a connection that stands. The setting is `responder` from RouterOS 7.17 on and `is-responder` in 7.15 and
# 7.16; before 7.15 there is none. An import stops at a word that a version lacks, so each is tried as a text of its own.
:foreach responder in={"responder"; "is-responder"} do={
    :local command ("/interface wireguard peers set [find where interface=\"" . $tunnelName . "\"] " . $responder . "=yes")
    :do {
        :local setResponder [:parse $command]
        $setResponder
    } on-error={}
}

# The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after this one.
:local drops [/ip firewall filter find where chain=input and action=drop]
:if ([:len [/ip firewall filter find where comment="vehicles' calls"]] = 0) do={
    :if ([:len $drops] = 0) do={
        /ip firewall filter add chain=input action=accept protocol=udp dst-port=$listenPort comment="vehicles' calls"
    } else={
        /ip firewall filter add chain=input action=accept protocol=udp dst-port=$listenPort comment="vehicles' calls" \
            place-before=[:pick $drops 0]
    }
}
/ip firewall filter set [find where comment="vehicles' calls"] dst-port=$listenPort

:log info "office-wireguard.rsc: done"
