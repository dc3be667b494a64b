// A crew on Node, with stubs that proto-loader makes from proto/ alone.
//
//     node crew.js PROTO ADDRESS SPACE TOKEN_FILE
//
// Finds spaces from the centre of Glasgow, watches SPACE, holds a place there, sees its own hold in the watch, arrives, and prints what it
// saw as JSON.
'use strict';
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [proto, address, space, tokenFile] = process.argv.slice(2);
const files = ['grpc/health/v1/health.proto', 'safespacecapacity/v1/crew_service.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'];
const definition = loader.loadSync(files, { includeDirs: [proto], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true });
const { safespacecapacity, grpc: { health } } = grpc.loadPackageDefinition(definition);

const options = { 'grpc.enable_http_proxy': 0 };
const crew = new safespacecapacity.v1.CrewService(address, grpc.credentials.createInsecure(), options);
const probe = new health.v1.Health(address, grpc.credentials.createInsecure(), options);
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${readFileSync(tokenFile, 'ascii').trim()}`);
const deadline = () => ({ deadline: Date.now() + 60_000 });
const call = (client, method, request) => new Promise((resolve, reject) =>
  client[method](request, metadata, deadline(), (error, response) => (error ? reject(error) : resolve(response))));

// The counts; null where absent, which is not zero.
const numbers = (availability) => Object.fromEntries(['places', 'safe_capacity', 'occupied', 'held', 'available']
  .map((name) => [name, availability['optional_' + name] ? availability[name] : null]));

// The numbers of the space in the next event that satisfies wanted.
async function watched(events, wanted) {
  for (;;) {
    const { value: event, done } = await events.next();
    if (done) throw new Error('the watch ended too early');
    const spaces = event.event === 'snapshot' ? event.snapshot.spaces : event.event === 'changed' ? [event.changed] : [];
    for (const { availability } of spaces) {
      if (availability.space_id === space && wanted(event.event, availability)) return { event: event.event, ...numbers(availability) };
    }
  }
}

// What a request that breaks two rules is told, with the fields it names.
async function refusal() {
  try {
    await call(crew, 'HoldPlace', { command_id: 'no uuid', space_id: space, legal_status: 'LEGAL_STATUS_VOLUNTARY' });
    return { code: 'OK' };
  } catch (error) {
    const [bytes] = error.metadata.get('grpc-status-details-bin');
    const status = definition['google.rpc.Status'].deserialize(bytes);
    const { field_violations } = definition['google.rpc.BadRequest'].deserialize(status.details[0].value);
    return { code: grpc.status[error.code], fields: field_violations.map((violation) => violation.field) };
  }
}

async function main() {
  const { status } = await call(probe, 'Check', {});
  const found = await call(crew, 'FindSpaces', {
    origin: { wgs84: { latitude: 55.8609, longitude: -4.2514 } },
    needs: ['NEED_WHEELCHAIR'],
    age_band: 'AGE_BAND_ADULT',
    legal_status: 'LEGAL_STATUS_VOLUNTARY',
  });

  const watch = crew.WatchSpaces({ space_ids: [space] }, metadata, deadline());
  const events = watch[Symbol.asyncIterator]();
  const before = await watched(events, (kind) => kind === 'snapshot');

  const command = randomUUID();
  const request = {
    command_id: command,
    space_id: space,
    eta: { seconds: Math.floor(Date.now() / 1000) + 20 * 60 },
    needs: ['NEED_WHEELCHAIR'],
    age_band: 'AGE_BAND_ADULT',
    legal_status: 'LEGAL_STATUS_VOLUNTARY',
    person_agreed: true,
    call_sign: 'Node 1',
  };
  const held = await call(crew, 'HoldPlace', request);
  const again = await call(crew, 'HoldPlace', request);
  const seenHeld = await watched(events, (kind, now) => kind === 'changed' && now.held === before.held + 1);

  const arrived = await call(crew, 'ConfirmArrival', { command_id: randomUUID(), space_id: space, hold_id: held.placed.hold_id, handover_minutes: 4 });
  const seenArrived = await watched(events, (kind, now) => kind === 'changed' && now.occupied === before.occupied + 1);
  watch.on('error', () => {});
  watch.cancel();
  const { hold } = await call(crew, 'GetHold', { space_id: space, hold_id: command });

  console.log(JSON.stringify({
    health: status,
    found: found.options.map((o) => ({ space_id: o.space_id, minutes: o.travel.minutes, ...numbers(o.availability) })),
    offers: found.offers.length,
    snapshot: before,
    hold: { outcome: held.outcome, is_command: held.placed.hold_id === command, same_again: JSON.stringify(again) === JSON.stringify(held),
      telephone: held.telephone, ...numbers(held.availability) },
    seen_held: seenHeld,
    arrival: { outcome: arrived.outcome, over_safe_capacity: arrived.arrived.over_safe_capacity },
    seen_arrived: seenArrived,
    hold_status: hold.status,
    refusal: await refusal(),
  }));
  crew.close();
  probe.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
