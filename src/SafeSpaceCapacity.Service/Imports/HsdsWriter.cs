using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Opening;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>Writes a directory as a list of HSDS services. What a column says and no field of HSDS can is an attribute: nothing is lost.</summary>
internal static class HsdsWriter
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    // Read by programs, never within HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Writes the whole list.</summary>
    /// <param name="to">Where it goes.</param>
    /// <param name="spaces">Spaces with their numbers now, which HSDS has as a capacity; imports do not read those.</param>
    public static void Write(Stream to, IEnumerable<(SpaceDetails Details, Availability Now)> spaces)
    {
        using var json = new Utf8JsonWriter(to, Options);
        json.WriteStartArray();
        foreach (var (details, now) in spaces)
        {
            Service(json, details, now);

            // However many there are, few are in memory.
            if (json.BytesPending > 32 * 1024)
                json.Flush();
        }

        json.WriteEndArray();
    }

    private static void Service(Utf8JsonWriter json, SpaceDetails space, Availability now)
    {
        var id = "space/" + space.Id.Value;
        var texts = DirectoryColumn.TextsOf(space);
        json.WriteStartObject();
        json.WriteString("id", HsdsNames.IdOf(id));
        json.WriteString("name", space.Name);
        json.WriteString("status", "active");
        json.WriteString("description", space.Description);
        if (now.ConfirmedAt is { } confirmed)
            json.WriteString("assured_date", LocalDatePattern.Iso.Format(confirmed.InZone(DateTimeZoneProviders.Tzdb[space.Hours.Zone]).Date));

        List(json, "phones", () =>
        {
            Start(json, id + "/phone");
            json.WriteString("number", space.Telephone);
            json.WriteEndObject();
        });
        List(json, "languages", () =>
        {
            for (var i = 0; i < space.Languages.Length; i++)
            {
                Start(json, $"{id}/language/{i}");
                json.WriteString("code", space.Languages[i]);
                json.WriteEndObject();
            }
        });
        List(json, "schedules", () => Schedules(json, id, space.Hours));
        List(json, "service_at_locations", () => Location(json, id, space));
        if (now.Available is { } available)
            List(json, "capacities", () => Capacity(json, id, space, available, now.AsOf));
        List(json, "attributes", () =>
        {
            foreach (var column in HsdsNames.Attributes)
                Attribute(json, id, column, texts[DirectoryColumn.Index[column]]);
        });
        json.WriteEndObject();
    }

    private static void Schedules(Utf8JsonWriter json, string id, OpeningHours hours)
    {
        var number = 0;
        for (var from = 0; from < hours.Week.Length;)
        {
            var to = from + 1;
            while (to < hours.Week.Length && (hours.Week[to].Opens, hours.Week[to].Closes) == (hours.Week[from].Opens, hours.Week[from].Closes))
                to++;
            Start(json, $"{id}/schedule/{number++}");
            json.WriteString("freq", "WEEKLY");
            json.WriteString("byday", string.Join(',', hours.Week[from..to].Select(opening => HsdsNames.Days[(int)opening.Day - 1])));
            Times(json, hours.Week[from].Opens, hours.Week[from].Closes, hours.Zone);
            json.WriteEndObject();
            from = to;
        }

        foreach (var day in hours.SpecialDays)
        {
            Start(json, $"{id}/schedule/{number++}");
            json.WriteString("valid_from", LocalDatePattern.Iso.Format(day.Date));
            json.WriteString("valid_to", LocalDatePattern.Iso.Format(day.Date));
            if (day.Opens is null)
                json.WriteString("description", "closed");
            Times(json, day.Opens, day.Closes, hours.Zone);
            json.WriteEndObject();
        }
    }

    // The zone is no number of hours that HSDS has a field for: Scotland changes its clocks.
    private static void Times(Utf8JsonWriter json, LocalTime? opens, LocalTime? closes, string zone)
    {
        if (opens is { } from && closes is { } until)
        {
            json.WriteString("opens_at", Clock.Format(from));
            json.WriteString("closes_at", Clock.Format(until));
        }

        json.WriteString("notes", $"Local time of {zone}.");
    }

    private static void Location(Utf8JsonWriter json, string id, SpaceDetails space)
    {
        Start(json, id + "/service_at_location");
        json.WriteStartObject("location");
        json.WriteString("id", HsdsNames.IdOf(id + "/location"));
        json.WriteString("location_type", "physical");
        json.WriteString("name", space.Name);
        json.WriteString("description", space.Entrance);
        json.WriteNumber("latitude", space.Site.Point.Latitude);
        json.WriteNumber("longitude", space.Site.Point.Longitude);
        List(json, "accessibility", () =>
        {
            Start(json, id + "/accessibility");
            json.WriteString("description", space.AccessNote);
            json.WriteEndObject();
        });
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Capacity(Utf8JsonWriter json, string id, SpaceDetails space, int available, Instant at)
    {
        Start(json, id + "/capacity");
        json.WriteStartObject("unit");
        json.WriteString("id", HsdsNames.IdOf("unit/place"));
        json.WriteString("name", "place");
        json.WriteEndObject();
        json.WriteNumber("available", available);
        json.WriteNumber("maximum", space.Places);
        json.WriteString("description", "Places that are free and safely staffed");
        json.WriteString("updated", InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.fff'Z'").Format(at));
        json.WriteEndObject();
    }

    private static void Attribute(Utf8JsonWriter json, string id, string column, string text)
    {
        Start(json, $"{id}/attribute/{column}");
        json.WriteString("link_id", HsdsNames.IdOf(id));
        json.WriteString("link_entity", "service");
        json.WriteString("value", text);
        json.WriteStartObject("taxonomy_term");
        json.WriteString("id", HsdsNames.IdOf("term/" + column));
        json.WriteString("code", column);
        json.WriteString("name", column);
        json.WriteString("description", $"The column {column} of a directory of safe spaces");
        json.WriteString("taxonomy", HsdsNames.Taxonomy);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string what)
    {
        json.WriteStartObject();
        json.WriteString("id", HsdsNames.IdOf(what));
    }

    private static void List(Utf8JsonWriter json, string name, Action items)
    {
        json.WriteStartArray(name);
        items();
        json.WriteEndArray();
    }
}
