"""librouteros and routeros-api (PyPI) over TLS against a running `tikroam sim --tls`: the certificate and the answers.

Usage: python look_tls.py HOST PORT FINGERPRINT
"""

import hashlib
import ssl
import sys

import librouteros
import routeros_api


def unchecked():
    """TLS as Python does it by default, for a certificate that the router signed itself."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def main(host, port, fingerprint):
    port = int(port)
    shown = ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((host, port)))
    assert hashlib.sha256(shown).hexdigest() == fingerprint, "another certificate"
    context = unchecked()
    wrapped = lambda sock: context.wrap_socket(sock, server_hostname=host)
    api = librouteros.connect(host=host, port=port, username="admin", password="", ssl_wrapper=wrapped, timeout=30)
    assert len(tuple(api("/ip/address/print"))) > 1
    assert len(tuple(api("/ping", address="192.168.88.1", count="3", interval="100ms"))) == 3
    print("ok librouteros over TLS")
    pool = routeros_api.RouterOsApiPool(
        host, username="admin", password="", port=port, plaintext_login=True, use_ssl=True, ssl_context=context
    )
    assert {row["name"] for row in pool.get_api().get_resource("/ip/service").get()} == {"api", "api-ssl"}
    pool.disconnect()
    print("ok routeros-api over TLS")


if __name__ == "__main__":
    main(*sys.argv[1:])
