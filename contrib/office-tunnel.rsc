# The office's router that the vehicles call over OpenVPN, RouterOS 6.49 or 7: its own settings, and those of
# `vehicle1`. Made by `tikroam setup --office` from the vehicle's agent.toml. Each vehicle has a file of its own, with a
# name, an address in the tunnel and a wired network that no other has; all are imported here.
#
# Make a backup first: /system backup save name=before-tikroam. Change each CHANGE-ME below, copy the file to the
# router, and run: /import file-name=office.rsc (or the name that you gave it). It may be imported again at any time,
# also after it stopped half-way: it adds what is missing and sets the rest.
#
# Addresses: 10.98.0.1 is this end of every tunnel, 10.98.0.11 the vehicle's, and 192.168.88.0/24 the wired network in
# it. None may overlap the office, another vehicle's, or a network that vehicles may join.
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
# The vehicles know the office by its certificate. Make it by hand, once, because signing takes a small router minutes:
#   /certificate add name=tikroam-ca common-name=tikroam-ca key-usage=key-cert-sign,crl-sign days-valid=3650
#   /certificate sign tikroam-ca
#   /certificate add name=tikroam-office common-name=198.51.100.1 subject-alt-name=IP:198.51.100.1 days-valid=3650
# key-usage=digital-signature,key-encipherment,tls-server
#   /certificate sign tikroam-office ca=tikroam-ca
#   /certificate export-certificate tikroam-ca file-name=tikroam-ca
# Copy tikroam-ca.crt to every vehicle's router.
#
# Each command and argument is one that RouterOS 7.9 to 7.24 have, by their command trees or by the manual. No real
# router has run the file yet: look at the first import's output.


# What only you have.

# The password of `vehicle1`.
:local tunnelPassword "CHANGE-ME"
:if ($tunnelPassword = "CHANGE-ME") do={ :error "tikroam setup --office: change tunnelPassword first" }


# What every session gets. Any dial is let in, and the older sessions of the same user go.
:if ([:len [/ppp profile find where name="tikroam-tunnel"]] = 0) do={
    /ppp profile add name=tikroam-tunnel local-address=10.98.0.1 use-encryption=default change-tcp-mss=yes only-one=no \
        on-up=":foreach s in=[/ppp active find where name=\$user] do={ :if (([/ppp active get \$s caller-id] != \$\"caller-id\") || ([/ppp active get \$s uptime] > 5s)) do={ /ppp active remove \$s } }"
}
/ppp profile set [find where name="tikroam-tunnel"] local-address=10.98.0.1 use-encryption=default change-tcp-mss=yes \
    only-one=no \
    on-up=":foreach s in=[/ppp active find where name=\$user] do={ :if (([/ppp active get \$s caller-id] != \$\"caller-id\") || ([/ppp active get \$s uptime] > 5s)) do={ /ppp active remove \$s } }"


# The server. The keepalive finds the sessions of vehicles that vanished without hanging up.
# OpenVPN's server is one with settings up to RouterOS 7.16, and a list from 7.17 on; the cipher has another name on 6.49.
# An import stops at a word that a version lacks, so each form is tried as a text of its own.
:local settings ("mode=ip port=1194 auth=sha1 keepalive-timeout=10 require-client-certificate=no default-profile=" . \
    "tikroam-tunnel certificate=tikroam-office cipher=")
:foreach form in={"set enabled=yes aes256"; "set enabled=yes aes256-cbc"; "add name=tikroam disabled=no aes256-cbc"} \
    do={
    :local end [:find $form "aes"]
    :local command ("/interface ovpn-server server " . [:pick $form 0 $end] . $settings . [:pick $form $end 99])
    :do {
        :local setServer [:parse $command]
        $setServer
    } on-error={}
}


# The vehicle: a fixed address, and the way to the wired network in it.
:if ([:len [/ppp secret find where name="vehicle1"]] = 0) do={
    /ppp secret add name=vehicle1 password=$tunnelPassword service=ovpn profile=tikroam-tunnel \
        remote-address=10.98.0.11 routes=""
}
/ppp secret set [find where name="vehicle1"] password=$tunnelPassword service=ovpn profile=tikroam-tunnel \
    remote-address=10.98.0.11 routes=""
:if ([:len [/ip route find where comment="to vehicle1 through the tunnel"]] = 0) do={
    /ip route add comment="to vehicle1 through the tunnel" dst-address=192.168.88.0/24 gateway=10.98.0.11
}
/ip route set [find where comment="to vehicle1 through the tunnel"] dst-address=192.168.88.0/24 gateway=10.98.0.11


# The calls come in from the internet. A rule that drops input, as in the stock firewall, must come after these.
:if ([:len [/ip firewall filter find where comment="vehicles call by ovpn"]] = 0) do={
    :if ([:len [/ip firewall filter find where chain=input and action=drop]] = 0) do={
        /ip firewall filter add comment="vehicles call by ovpn" chain=input action=accept protocol=tcp dst-port=1194
    } else={
        /ip firewall filter add comment="vehicles call by ovpn" chain=input action=accept protocol=tcp dst-port=1194 \
            place-before=[:pick [/ip firewall filter find where chain=input and action=drop] 0]
    }
}
/ip firewall filter set [find where comment="vehicles call by ovpn"] chain=input action=accept protocol=tcp \
    dst-port=1194


:log info "tikroam setup --office: done"
