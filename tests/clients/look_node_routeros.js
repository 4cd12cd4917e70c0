// node-routeros (npm) against a running `tikroam sim`: tagged commands at once, streams and their end.
//
// Usage: node look_node_routeros.js HOST PORT
'use strict';

const assert = require('node:assert');
const { RouterOSAPI } = require('node-routeros');

const [host, port] = process.argv.slice(2);
const login = { host, port: Number(port), user: 'admin', timeout: 30 };

async function refused(call, text) {
    await assert.rejects(call, (error) => {
        assert.ok(String(error.message).includes(text), `${error.message} is not about: ${text}`);
        return true;
    });
}

async function main() {
    await refused(() => new RouterOSAPI({ ...login, password: 'wrong' }).connect(), 'password');

    const router = new RouterOSAPI({ ...login, password: '' });
    await router.connect();

    // Several at once: each answer finds its own command by its tag.
    const [identity, resource, radios] = await Promise.all([
        router.write('/system/identity/print'),
        router.write('/system/resource/print', ['=.proplist=version']),
        router.write('/interface/wireless/print', ['?name=wlan1', '?name=wlan2', '?#|', '=.proplist=name']),
    ]);
    assert.ok(identity[0].name);
    assert.match(resource[0].version, /^[67]\./);
    assert.deepStrictEqual(radios.map((row) => row.name), ['wlan1', 'wlan2']);

    const made = await router.write('/ip/address/add', ['=address=192.0.2.200/25', '=interface=ether1']);
    assert.match(made[0].ret, /^\*[0-9A-F]+$/);
    const id = made[0].ret;
    await router.write('/ip/address/set', [`=.id=${id}`, '=comment=a client\'s', '=disabled=yes']);
    const [row] = await router.write('/ip/address/print', [`?.id=${id}`]);
    assert.deepStrictEqual([row.comment, row.disabled, row.network], ["a client's", 'true', '192.0.2.128']);
    await refused(() => router.write('/ip/address/add', ['=address=192.168.88.1/24', '=interface=ether1']), 'already have such address');
    await router.write('/ip/address/remove', [`=.id=${id}`]);
    await refused(() => router.write('/ip/address/remove', [`=.id=${id}`]), 'no such item');
    await refused(() => router.write('/no-such-menu/print'), 'no such command');
    await refused(() => router.write('/interface/wireless/scan', ['=number=wlan1', '=nonsense=1']), 'unknown parameter');

    // A stream without an end is ended by /cancel, and the session lives on.
    const seen = await new Promise((resolve, reject) => {
        const rows = [];
        const stream = router.stream('/ping', ['=address=192.168.88.1', '=interval=100ms'], (error, packet) => {
            if (error) {
                reject(error);
                return;
            }
            rows.push(packet);
            if (rows.length === 3) {
                stream.stop().then(() => resolve(rows), reject);
            }
        });
    });
    assert.deepStrictEqual(seen.slice(0, 3).map((row) => row.sent), ['1', '2', '3']);
    const counted = await router.write('/ping', ['=address=192.168.88.1', '=count=2', '=interval=100ms']);
    assert.strictEqual(counted.length, 2);
    const [state] = await router.write('/interface/pptp-client/monitor', ['=numbers=PPtP_to_Office', '=once=']);
    assert.ok(state.status);

    // What comes, changes and goes, and a table that is shown again and again.
    const listener = new RouterOSAPI({ ...login, password: '' });
    await listener.connect();
    const heard = new Promise((resolve, reject) => {
        const rows = [];
        const stream = listener.stream('/ip/address/listen', [], (error, packet) => {
            if (error) {
                reject(error);
                return;
            }
            rows.push(packet);
            const came = rows.find((row) => row.address === '192.0.2.202/32');
            if (came && packet['.dead'] && packet['.id'] === came['.id']) {
                stream.stop().then(() => resolve(packet), reject);
            }
        });
    });
    let over = false;
    heard.finally(() => { over = true; }).catch(() => {});
    // It may begin to listen later than this: there is something to hear until it has heard it.
    while (!over) {
        const [{ ret }] = await router.write('/ip/address/add', ['=address=192.0.2.202/32', '=interface=ether1']);
        await new Promise((done) => setTimeout(done, 100));
        await router.write('/ip/address/remove', [`=.id=${ret}`]);
        await new Promise((done) => setTimeout(done, 100));
    }
    assert.strictEqual((await heard)['.dead'], 'true');
    const rounds = await new Promise((resolve, reject) => {
        const names = [];
        const stream = listener.stream('/interface/print', ['=interval=200ms', '=.proplist=name'], (error, packet) => {
            if (error) {
                reject(error);
                return;
            }
            names.push(packet.name);
            if (names.filter((name) => name === 'wlan1').length === 3) {
                stream.stop().then(() => resolve(names), reject);
            }
        });
    });
    assert.strictEqual(rounds.filter((name) => name === 'ether1').length, 3);
    await listener.close();
    await router.close();
    console.log('ok node-routeros');
}

// The client keeps a socket of the refused login open, so the end is logged.
main().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
});
