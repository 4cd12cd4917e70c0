// node-routeros (npm), which no one here wrote, against `tikroam sim`. Usage: node node_routeros_client.js HOST PORT
'use strict';

const assert = require('node:assert');
const { RouterOSAPI } = require('node-routeros');

async function refused(promise, words) {
  await assert.rejects(promise, (error) => {
    assert.ok(String(error.message).includes(words), `refused with "${error.message}", not with "${words}"`);
    return true;
  });
}

async function main() {
  const [host, port] = process.argv.slice(2);
  const wrong = new RouterOSAPI({ host, port: Number(port), user: 'admin', password: 'wrong' });
  await assert.rejects(wrong.connect());
  const api = new RouterOSAPI({ host, port: Number(port), user: 'admin', password: '', timeout: 20 });
  await api.connect();

  const [identity] = await api.write('/system/identity/print');
  assert.strictEqual(identity.name, 'MikroTik');
  const radios = await api.write('/interface/print', ['=.proplist=name', '?type=wlan']);
  assert.deepStrictEqual(radios.map((row) => row.name), ['wlan1', 'wlan2']);
  const several = await api.write('/interface/print', ['=.proplist=name', '?name=wlan1', '?name=ether1', '?#|']);
  assert.strictEqual(several.length, 2);

  const [added] = await api.write('/ip/address/add', ['=address=172.16.8.1/24', '=interface=ether1']);
  assert.match(added.ret, /^\*[0-9A-F]+$/);
  await api.write('/ip/address/disable', [`=.id=${added.ret}`]);
  const [row] = await api.write('/ip/address/print', [`?.id=${added.ret}`]);
  assert.strictEqual(row.disabled, 'true');
  await api.write('/ip/address/enable', [`=.id=${added.ret}`]);
  await api.write('/ip/address/remove', [`=.id=${added.ret}`]);
  await refused(api.write('/ip/address/remove', [`=.id=${added.ret}`]), 'no such item');

  // Two commands at once on one session.
  const [routes, log] = await Promise.all([api.write('/ip/route/print'), api.write('/log/print')]);
  assert.ok(routes.length > 0 && log.length > 0);
  const pings = await api.write('/ping', ['=address=192.168.88.1', '=count=2']);
  assert.strictEqual(pings.at(-1).sent, '2');
  const [monitor] = await api.write('/interface/wireless/monitor', ['=numbers=wlan1', '=once=']);
  assert.ok(monitor.status);
  await api.close();
  console.log('node-routeros found nothing odd');
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
