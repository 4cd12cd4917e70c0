# The office's end of the vehicles' tunnels over L2TP with IPsec, SSTP or OpenVPN: RouterOS 6.49 or 7. It may stand beside
# concentrator.rsc and office-wireguard.rsc on one router, as long as each vehicle uses one of them.
#
# Change the values down to "The script", copy the file to the router, and run: /import file-name=office-tunnel.rsc
# It may be imported again at any time, also after it stopped half-way: it adds what is missing and sets the rest to the
# values below. The import stops while a password is still CHANGE-ME.
#
# SSTP and OpenVPN need a certificate of the office. Make it by hand, once, because signing takes a small router minutes:
#   /certificate add name=tikroam-ca common-name=tikroam-ca key-usage=key-cert-sign,crl-sign days-valid=3650
#   /certificate sign tikroam-ca
#   /certificate add name=tikroam-office common-name=198.51.100.1 subject-alt-name=IP:198.51.100.1 days-valid=3650 \
#       key-usage=digital-signature,key-encipherment,tls-server
#   /certificate sign tikroam-office ca=tikroam-ca
#   /certificate export-certificate tikroam-ca file-name=tikroam-ca
# Put the office's public address in place of 198.51.100.1, and copy tikroam-ca.crt to every vehicle.
#
# Addresses: 10.99.0.0/24 is the office, 10.98.0.1 this end of every tunnel, 10.98.0.11 and up the vehicles' ends, and
# 192.168.88.0/24 the wired network in vehicle 1. None of them may overlap another, nor a network that vehicles may join.
#
# A vehicle that changes its way out dials again before this router knows that the old session is dead. The script `on-up`
# below lets any dial in and removes the older sessions of the same user. concentrator.rsc says what of that is proven, and
# gives a test of ten minutes, which is the same for these kinds.
#
# Round trips of a dial, counted from the protocols: L2TP 6 to 8 and IPsec 4 to 5 more, SSTP 9 to 10, OpenVPN 6 to 7. PPTP
# needs 7 to 9.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have (by their command trees), those of the servers of SSTP and
# OpenVPN by the manual, and 6.49 by its manual. No real router has run the file yet: look at the first import's output.


# What the tunnels speak: "l2tp", "sstp" or "ovpn".
:local tunnelKind "ovpn"
# For "sstp" and "ovpn": the name of the office's certificate.
:local officeCertificate "tikroam-office"
# For "l2tp": the secret that all routers share for IPsec.
:local ipsecSecret "CHANGE-ME"

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
    :if (($vehicle->"password") = "CHANGE-ME") do={ :error "office-tunnel.rsc: change the passwords first" }
}
:if (($tunnelKind = "l2tp") and ($ipsecSecret = "CHANGE-ME")) do={
    :error "office-tunnel.rsc: change ipsecSecret first"
}

# The tunnel itself is encrypted, by IPsec or TLS, so PPP need not do it again.
:if ([:len [/ppp profile find where name="tikroam-tunnel"]] = 0) do={ /ppp profile add name=tikroam-tunnel }
/ppp profile set [find where name="tikroam-tunnel"] local-address=$officeEnd use-encryption=default change-tcp-mss=yes \
    only-one=no on-up=":foreach s in=[/ppp active find where name=\$user] do={ :if (([/ppp active get \$s caller-id] != \
    \$\"caller-id\") || ([/ppp active get \$s uptime] > 5s)) do={ /ppp active remove \$s } }"

# The keepalive finds the sessions of vehicles that vanished without hanging up.
:local ports ""
:if ($tunnelKind = "l2tp") do={
    /interface l2tp-server server set enabled=yes authentication=mschap2 default-profile=tikroam-tunnel keepalive-timeout=10 \
        use-ipsec=required ipsec-secret=$ipsecSecret
}
:if ($tunnelKind = "sstp") do={
    /interface sstp-server server set enabled=yes authentication=mschap2 default-profile=tikroam-tunnel keepalive-timeout=10 \
        certificate=$officeCertificate tls-version=only-1.2 port=443
    :set ports "443"
}
# OpenVPN's server is one with settings up to RouterOS 7.16, and a list from 7.17 on; the cipher has another name on 6.49.
# An import stops at a word that a version lacks, so each form is tried as a text of its own.
:if ($tunnelKind = "ovpn") do={
    :local settings ("mode=ip port=1194 auth=sha1 keepalive-timeout=10 require-client-certificate=no default-profile=" . \
        "tikroam-tunnel certificate=\"" . $officeCertificate . "\" cipher=")
    :foreach form in={"set enabled=yes aes256"; "set enabled=yes aes256-cbc"; "add name=tikroam disabled=no aes256-cbc"} do={
        :local end [:find $form "aes"]
        :local command ("/interface ovpn-server server " . [:pick $form 0 $end] . $settings . [:pick $form $end 99])
        :do {
            :local setServer [:parse $command]
            $setServer
        } on-error={}
    }
    :set ports "1194"
}

# One secret for each vehicle: a fixed address. The way to the network in the vehicle leads over that address, because
# OpenVPN passes over the routes of a secret; the route is in use while the vehicle has a session.
:foreach vehicle in=$vehicles do={
    :local vehicleName ($vehicle->"name")
    :if ([:len [/ppp secret find where name=$vehicleName]] = 0) do={
        /ppp secret add name=$vehicleName password=($vehicle->"password") service=$tunnelKind profile=tikroam-tunnel \
            remote-address=($vehicle->"address")
    }
    /ppp secret set [find where name=$vehicleName] password=($vehicle->"password") service=$tunnelKind \
        profile=tikroam-tunnel remote-address=($vehicle->"address") routes=""

    :local routeComment ("to " . $vehicleName . " through the tunnel")
    :if ([:len [/ip route find where comment=$routeComment]] = 0) do={
        /ip route add dst-address=($vehicle->"network") gateway=($vehicle->"address") comment=$routeComment
    }
    /ip route set [find where comment=$routeComment] dst-address=($vehicle->"network") gateway=($vehicle->"address")
}

# The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after these. L2TP itself
# comes in by IPsec only.
:local drops [/ip firewall filter find where chain=input and action=drop]
:if ($tunnelKind = "l2tp") do={
    :if ([:len [/ip firewall filter find where comment="vehicles call by IPsec"]] = 0) do={
        :if ([:len $drops] = 0) do={
            /ip firewall filter add chain=input action=accept protocol=udp dst-port=500,4500 comment="vehicles call by IPsec"
        } else={
            /ip firewall filter add chain=input action=accept protocol=udp dst-port=500,4500 \
                comment="vehicles call by IPsec" place-before=[:pick $drops 0]
        }
    }
    :if ([:len [/ip firewall filter find where comment="vehicles' IPsec"]] = 0) do={
        :if ([:len $drops] = 0) do={
            /ip firewall filter add chain=input action=accept protocol=ipsec-esp comment="vehicles' IPsec"
        } else={
            /ip firewall filter add chain=input action=accept protocol=ipsec-esp comment="vehicles' IPsec" \
                place-before=[:pick $drops 0]
        }
    }
    :if ([:len [/ip firewall filter find where comment="vehicles call within IPsec"]] = 0) do={
        :if ([:len $drops] = 0) do={
            /ip firewall filter add chain=input action=accept protocol=udp dst-port=1701 ipsec-policy=in,ipsec \
                comment="vehicles call within IPsec"
        } else={
            /ip firewall filter add chain=input action=accept protocol=udp dst-port=1701 ipsec-policy=in,ipsec \
                comment="vehicles call within IPsec" place-before=[:pick $drops 0]
        }
    }
} else={
    :local ruleComment ("vehicles call by " . $tunnelKind)
    :if ([:len [/ip firewall filter find where comment=$ruleComment]] = 0) do={
        :if ([:len $drops] = 0) do={
            /ip firewall filter add chain=input action=accept protocol=tcp dst-port=$ports comment=$ruleComment
        } else={
            /ip firewall filter add chain=input action=accept protocol=tcp dst-port=$ports comment=$ruleComment \
                place-before=[:pick $drops 0]
        }
    }
}

:log info "office-tunnel.rsc: done"
