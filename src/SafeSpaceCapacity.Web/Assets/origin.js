// Where the crew is: as somebody typed it, or as the device says it.

const letters = /^[a-z]{2}(\s*\d){2,10}$/i;
const metres = /^(\d{1,6})(?:\.\d+)?[\s,]+(\d{1,7})(?:\.\d+)?$/;

/** What was typed, as an origin of the contract: a grid reference, easting and northing, else a place or postcode. */
export function typed(text) {
  const given = text.trim();
  if (letters.test(given)) return { grid: { reference: given } };
  const point = metres.exec(given);
  if (point) return { grid: { metres: { easting_metres: Number(point[1]), northing_metres: Number(point[2]) } } };
  return { place: given };
}

/** Where the device is, with how far off that may be. */
export const ofDevice = () => new Promise((resolve, reject) => {
  if (!navigator.geolocation) return reject(new Error("no geolocation"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({
      wgs84: { latitude: coords.latitude, longitude: coords.longitude },
      uncertainty_metres: Math.min(50_000, Math.round(coords.accuracy)),
    }),
    reject,
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 });
});
