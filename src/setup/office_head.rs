//! What the file for the office says of itself.

use super::given::Called;
use crate::routeros::TunnelKind;

/// The name of the office's certificate.
pub(super) const CERTIFICATE: &str = "tikroam-office";

pub(super) fn head(called: &Called) -> Vec<String> {
    let versions = match called.kind {
        TunnelKind::Wireguard => "RouterOS 7",
        _ => "RouterOS 6.49 or 7",
    };
    let mut head = vec![
        format!(
            "The office's router that the vehicles call over {}, {versions}: its own settings, and those of `{}`. Made by `tikroam \
             setup --office` from the vehicle's agent.toml. Each vehicle has a file of its own, with a name, an address in the \
             tunnel and a wired network that no other has; all are imported here.",
            called.kind.shape().name,
            called.name
        ),
        "Make a backup first: /system backup save name=before-tikroam. Change each CHANGE-ME below, copy the file to the router, \
         and run: /import file-name=office.rsc (or the name that you gave it). It may be imported again at any time, also after it \
         stopped half-way: it adds what is missing and sets the rest."
            .to_owned(),
        format!(
            "Addresses: {} is this end of every tunnel, {} the vehicle's, and {} the wired network in it. None may overlap the \
             office, another vehicle's, or a network that vehicles may join.",
            called.office_end, called.address, called.network
        ),
    ];
    match called.kind {
        TunnelKind::Pptp => {
            let weak = "PPTP's encryption is weak by today's measure: what must stay secret needs its own protection inside the tunnel.";
            head.extend([weak.to_owned(), STALE.to_owned(), TRIAL.to_owned()]);
        }
        TunnelKind::L2tp => head.push(STALE.to_owned()),
        TunnelKind::Sstp | TunnelKind::Ovpn => head.extend([STALE.to_owned(), certificate(&called.office)]),
        TunnelKind::Wireguard => head.push(
            "A vehicle that changes its way out needs no new session: this router answers to wherever the vehicle's last packet \
             came from."
                .to_owned(),
        ),
    }
    head.push(
        "Each command and argument is one that RouterOS 7.9 to 7.24 have, by their command trees or by the manual. No real router has \
         run the file yet: look at the first import's output."
            .to_owned(),
    );
    head
}

/// What is proven of a vehicle that dials again, and what is not.
const STALE: &str = "The stale session. A vehicle that changes its way out dials again before this router knows that the old session \
                     is dead.\n\
                     - Proven, by MikroTik's manual: with only-one=no a second session of one user is let in, beside the first. A \
                     session whose other end is silent ends after the keepalive and 5 to 10 s more: 15 to 20 s with the 10 s below, \
                     35 to 40 s by default.\n\
                     - Not proven: whether only-one=yes refuses the new dial or ends the old session. So this file does not use it.\n\
                     - Of our making, and not tried on a real router: the script `on-up` below. It accepts any dial and then removes \
                     the older sessions of the same user, by another caller-id or an uptime of more than 5 s. Without it the router \
                     answers part of the traffic into the dead session until that ends (on RouterOS 7, two equal routes share it).\n\
                     - A static binding (/interface pptp-server add) stays with the dead session: do not make one.";

/// How to find out.
const TRIAL: &str = "Ten minutes with the first real router, and two PPTP clients that have one user:\n\
                     1. /ppp profile set tikroam only-one=yes on-up=\"\": pull the cable of the first, dial with the second. Is it \
                     refused or does it replace the first, what does /log print say, and after how many seconds does a ping answer?\n\
                     2. only-one=no on-up=\"\": the same. What do /ppp active print and /ip route print show (a + is two routes at \
                     once), and after how many seconds does the ping answer?\n\
                     3. Import this file again, so that on-up is back: the same. How many seconds, does the old session go at once, \
                     and are the routes of the new session still there once the old one is removed?\n\
                     4. /tool sniffer on port 1723 and protocol gre while the first client is disabled: in which order do its packets \
                     leave?";

fn certificate(office: &str) -> String {
    format!(
        "The vehicles know the office by its certificate. Make it by hand, once, because signing takes a small router minutes:\n\
         \x20 /certificate add name=tikroam-ca common-name=tikroam-ca key-usage=key-cert-sign,crl-sign days-valid=3650\n\
         \x20 /certificate sign tikroam-ca\n\
         \x20 /certificate add name={CERTIFICATE} common-name={office} subject-alt-name=IP:{office} days-valid=3650 \
         key-usage=digital-signature,key-encipherment,tls-server\n\
         \x20 /certificate sign {CERTIFICATE} ca=tikroam-ca\n\
         \x20 /certificate export-certificate tikroam-ca file-name=tikroam-ca\n\
         Copy tikroam-ca.crt to every vehicle's router."
    )
}
