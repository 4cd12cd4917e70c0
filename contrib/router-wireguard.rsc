# The vehicle's tunnel over WireGuard, in place of PPTP: RouterOS 7 only (6.49 has no WireGuard and stops at the first line).
#
# First import router.rsc with `pptp` off. Then change the values down to "The script", copy this file to the router, and
# run: /import file-name=router-wireguard.rsc
#
# Keys. Each router makes its own pair of keys, and the private one never leaves it. Only public keys are copied:
#   1. Import office-wireguard.rsc at the office. It prints the office's public key: write that below as `officeKey`.
#   2. Import this file here. It prints the vehicle's public key: write that into office-wireguard.rsc.
#   3. Import office-wireguard.rsc again. `/interface wireguard peers print` shows `last-handshake` once both are right.
#
# The file may be imported again at any time, also after it stopped half-way. It leaves alone what the agent sets: the
# listen-port, and whether the peer is on. A router that had the PPTP tunnel before gets its routes moved here, and the PPTP
# client to the same office turned off, because the office cannot have two ways to one vehicle.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have (by their command trees). No real router has run the file
# yet: look at the first import's output.


# The tunnel's name here, as in [tunnel] of agent.toml, and the vehicle's address in it with the mask.
:local tunnelName "WG_to_Office"
:local tunnelAddress "10.97.0.11/24"

# The office: its public address (no name, because the router looks a name up only once), the port and the public key that
# office-wireguard.rsc prints, and its address in the tunnel.
:local officeAddress "198.51.100.1"
:local officePort 13231
:local officeKey "CHANGE-ME"
:local officeEnd "10.97.0.1"
# The office's private networks. None may overlap a network that a radio may join.
:local officeNetworks {"10.99.0.0/24"}


# The script.

:if ([:len [/interface wireguard find where name=$tunnelName]] = 0) do={
    /interface wireguard add name=$tunnelName comment="to the office"
}
:local publicKey [/interface wireguard get [find where name=$tunnelName] public-key]
:put ("router-wireguard.rsc: the public key of this vehicle is " . $publicKey)
:log info ("router-wireguard.rsc: the public key of this vehicle is " . $publicKey)

:if ($officeKey = "CHANGE-ME") do={
    :error "router-wireguard.rsc: set officeKey to the key that office-wireguard.rsc prints, and import again"
}

# An address of the same interface that is not the one above is from an earlier import.
:if ([:len [/ip address find where interface=$tunnelName and address=$tunnelAddress]] = 0) do={
    /ip address remove [find where interface=$tunnelName]
    /ip address add address=$tunnelAddress interface=$tunnelName comment="the vehicle's address in the tunnel"
}

# What comes from the office, and what may go there. Nothing is rewritten inside the tunnel: the office calls the vehicle by
# its own address.
:local allowedAddresses ($officeEnd . "/32")
:foreach officeNetwork in=$officeNetworks do={
    :set allowedAddresses ($allowedAddresses . "," . $officeNetwork)
}

# The office is the only peer. The agent speaks at each swap; the keepalive is for the day when the agent is not there, and
# for firewalls on the way that forget a silent connection, some after 10 s.
:if ([:len [/interface wireguard peers find where interface=$tunnelName]] = 0) do={
    /interface wireguard peers add interface=$tunnelName public-key=$officeKey endpoint-address=$officeAddress \
        endpoint-port=$officePort allowed-address=$allowedAddresses persistent-keepalive=5s comment="office"
}
/interface wireguard peers set [find where interface=$tunnelName] public-key=$officeKey endpoint-address=$officeAddress \
    endpoint-port=$officePort allowed-address=$allowedAddresses persistent-keepalive=5s

# RouterOS makes no routes from allowed addresses. The comments are those of router.rsc, so that a tunnel before this one
# loses its routes to it.
:foreach officeNetwork in=$officeNetworks do={
    :local routeComment ($officeNetwork . " through the tunnel")
    :if ([:len [/ip route find where comment=$routeComment]] = 0) do={
        /ip route add dst-address=$officeNetwork gateway=$tunnelName comment=$routeComment
    }
    /ip route set [find where comment=$routeComment] gateway=$tunnelName
}

/interface pptp-client set [find where connect-to=$officeAddress] disabled=yes

:log info "router-wireguard.rsc: done"
