# The vehicle's tunnel over L2TP with IPsec, SSTP or OpenVPN: RouterOS 6.49 or 7. Use it where the office cannot have
# WireGuard. First import router.rsc with `pptp` set to false, and office-tunnel.rsc at the office.
#
# Change the values down to "The script", copy the file to the router, and run: /import file-name=router-tunnel.rsc
# It may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the rest to the
# values below. A vehicle that had another tunnel to the same office before gets its routes moved here, and a PPTP client to
# that office turned off, because the office cannot have two ways to one vehicle.
#
# SSTP and OpenVPN prove by a certificate that the other end is the office. office-tunnel.rsc says how to make it. Copy the
# file tikroam-ca.crt to this router, and run: /certificate import file-name=tikroam-ca.crt passphrase=""
# A router without a battery starts in the year 1970, when no certificate is valid yet. It needs the time of day before the
# tunnel comes up, so let it ask a time server: `/system ntp client print` shows whether it does.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have (by their command trees) and 6.49 by its manual. No real
# router has run the file yet: look at the first import's output.


# What the tunnel speaks: "l2tp", "sstp" or "ovpn", as in [tunnel] kind of agent.toml and in office-tunnel.rsc.
:local tunnelKind "ovpn"
# The tunnel's name here, as in [tunnel] interface of agent.toml.
:local tunnelName "OVPN_to_Office"
# The office's public address (an address needs no name server on the way), and the vehicle's name and password there.
:local officeAddress "198.51.100.1"
:local vehicleName "vehicle1"
:local vehiclePassword "CHANGE-ME"
# For "l2tp" only: the secret that both routers share for IPsec.
:local ipsecSecret "CHANGE-ME"
# The office's private networks. None may overlap a network that a radio may join.
:local officeNetworks {"10.99.0.0/24"}


# The script.

:if (($vehiclePassword = "CHANGE-ME") or (($tunnelKind = "l2tp") and ($ipsecSecret = "CHANGE-ME"))) do={
    :error "router-tunnel.rsc: change the passwords first"
}
:if (($tunnelKind != "l2tp") and ($tunnelKind != "sstp") and ($tunnelKind != "ovpn")) do={
    :error "router-tunnel.rsc: tunnelKind is none of l2tp, sstp and ovpn"
}

# add-default-route=no, because only the office's networks go into the tunnel. The keepalive is for the day when the agent is
# not there; a swap hangs up and dials by itself. Whether the tunnel is on is the agent's and people's to say.
# An L2TP client may be tied to one address (src-address). Leave it free: then it takes that of the radio in use.
:if ($tunnelKind = "l2tp") do={
    :if ([:len [/interface l2tp-client find where name=$tunnelName]] = 0) do={
        /interface l2tp-client add name=$tunnelName connect-to=$officeAddress user=$vehicleName password=$vehiclePassword \
            allow=mschap2 use-ipsec=yes ipsec-secret=$ipsecSecret add-default-route=no dial-on-demand=no \
            keepalive-timeout=15 disabled=no
    }
    /interface l2tp-client set [find where name=$tunnelName] connect-to=$officeAddress user=$vehicleName \
        password=$vehiclePassword allow=mschap2 use-ipsec=yes ipsec-secret=$ipsecSecret add-default-route=no \
        dial-on-demand=no keepalive-timeout=15
}

# Whoever runs a false access point can answer the dial: verify-server-certificate=yes takes no other end than the office.
:if ($tunnelKind = "sstp") do={
    :if ([:len [/interface sstp-client find where name=$tunnelName]] = 0) do={
        /interface sstp-client add name=$tunnelName connect-to=$officeAddress user=$vehicleName password=$vehiclePassword \
            authentication=mschap2 verify-server-certificate=yes tls-version=only-1.2 add-default-route=no dial-on-demand=no \
            keepalive-timeout=15 disabled=no
    }
    /interface sstp-client set [find where name=$tunnelName] connect-to=$officeAddress user=$vehicleName \
        password=$vehiclePassword authentication=mschap2 verify-server-certificate=yes tls-version=only-1.2 \
        add-default-route=no dial-on-demand=no keepalive-timeout=15
}

:if ($tunnelKind = "ovpn") do={
    :if ([:len [/interface ovpn-client find where name=$tunnelName]] = 0) do={
        /interface ovpn-client add name=$tunnelName connect-to=$officeAddress user=$vehicleName password=$vehiclePassword \
            mode=ip auth=sha1 verify-server-certificate=yes add-default-route=no disabled=no
    }
    /interface ovpn-client set [find where name=$tunnelName] connect-to=$officeAddress user=$vehicleName \
        password=$vehiclePassword mode=ip auth=sha1 verify-server-certificate=yes add-default-route=no
    # The cipher is aes256-cbc on RouterOS 7 and aes256 on 6.49. An import stops at a word that a version lacks, so each is
    # tried as a text of its own.
    :foreach cipher in={"aes256"; "aes256-cbc"} do={
        :local command ("/interface ovpn-client set [find where name=\"" . $tunnelName . "\"] cipher=" . $cipher)
        :do {
            :local setCipher [:parse $command]
            $setCipher
        } on-error={}
    }
}

# The comments are those of router.rsc, so that a tunnel before this one loses its routes to it.
:foreach officeNetwork in=$officeNetworks do={
    :local routeComment ($officeNetwork . " through the tunnel")
    :if ([:len [/ip route find where comment=$routeComment]] = 0) do={
        /ip route add dst-address=$officeNetwork gateway=$tunnelName comment=$routeComment
    }
    /ip route set [find where comment=$routeComment] gateway=$tunnelName
}

/interface pptp-client set [find where connect-to=$officeAddress] disabled=yes

:log info "router-tunnel.rsc: done"
