using System.Globalization;
using System.Text.Json;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>
/// Reads a list of HSDS services into the columns of a directory. What HSDS can say and a space can't (a second telephone, a schedule by the
/// month) is an error rather than lost; what we have no use for is not looked at.
/// </summary>
internal static class HsdsReader
{
    public static List<DirectoryRow> Read(byte[] file, int rowsMost, List<ImportFault> faults)
    {
        try
        {
            using var document = JsonDocument.Parse(file);
            var list = document.RootElement;

            // A page of an API has its services under this name.
            if (list.ValueKind is JsonValueKind.Object && list.TryGetProperty("contents", out var contents))
                list = contents;
            if (list.ValueKind is not JsonValueKind.Array)
            {
                faults.Add(new ImportFault(0, string.Empty, "must be a list of services, or a page with its services under 'contents'"));
                return [];
            }

            var rows = new List<DirectoryRow>();
            foreach (var service in list.EnumerateArray())
            {
                var row = new Service(rows.Count + 1, faults);
                rows.Add(row.Read(service));
                if (rows.Count > rowsMost)
                    break;
            }

            return rows;
        }
        catch (JsonException failure)
        {
            faults.Add(new ImportFault((int)Math.Min(int.MaxValue, (failure.LineNumber ?? 0) + 1), string.Empty, "can't be read as JSON from this line on"));
            return [];
        }
        catch (InvalidOperationException)
        {
            faults.Add(new ImportFault(0, string.Empty, "holds text that is no UTF-8"));
            return [];
        }
    }

    /// <summary>One service of the list.</summary>
    private sealed class Service(int number, List<ImportFault> faults)
    {
        private readonly string[] _texts = [.. DirectoryColumn.All.Select(_ => string.Empty)];
        private readonly string[] _names = [.. DirectoryColumn.All.Select(_ => string.Empty)];

        public DirectoryRow Read(JsonElement service)
        {
            foreach (var column in HsdsNames.Attributes)
                _names[DirectoryColumn.Index[column]] = $"attributes[{column}]";
            _names[DirectoryColumn.Index["hours"]] = _names[DirectoryColumn.Index["special_days"]] = "schedules";
            _names[DirectoryColumn.Index["latitude"]] = "service_at_locations[0].location.latitude";
            _names[DirectoryColumn.Index["longitude"]] = "service_at_locations[0].location.longitude";
            _names[DirectoryColumn.Index["telephone"]] = "phones[0].number";
            if (service.ValueKind is not JsonValueKind.Object)
            {
                Fail(string.Empty, "must be a service: a JSON object");
                return new DirectoryRow(number, _texts, _names);
            }

            if (Text(service, "status", "status") is not "active")
                Fail("status", "must be active: a space that is not is not imported");
            Set("name", "name", Text(service, "name", "name"));
            Set("description", "description", Text(service, "description", "description"));
            ReadPhone(service);
            Set("languages", "languages", string.Join(' ', Items(service, "languages", string.Empty).Select((language, i) => Text(language, "code", $"languages[{i}].code"))));
            ReadSchedules(service);
            ReadLocation(service);
            ReadAttributes(service);
            return new DirectoryRow(number, _texts, _names);
        }

        private void ReadPhone(JsonElement service)
        {
            var phones = Items(service, "phones", string.Empty);
            if (phones.Count > 1)
                Fail("phones", $"must be one number; there are {phones.Count}");
            if (phones is [var phone, ..])
                Set("telephone", "phones[0].number", Text(phone, "number", "phones[0].number"));
        }

        private void ReadLocation(JsonElement service)
        {
            var places = Items(service, "service_at_locations", string.Empty);
            const string path = "service_at_locations[0].location";
            if (places.Count > 1)
                Fail("service_at_locations", $"must be one location; there are {places.Count}");
            if (places is not [var place, ..] || !place.TryGetProperty("location", out var location) || location.ValueKind is not JsonValueKind.Object)
                return;
            Set("latitude", path + ".latitude", Number(location, "latitude", path));
            Set("longitude", path + ".longitude", Number(location, "longitude", path));
            Set("entrance", path + ".description", Text(location, "description", path + ".description"));
            var access = Items(location, "accessibility", path + ".");
            Set("access_note", path + ".accessibility[0].description", string.Join(" ", access.Select((item, i) => Text(item, "description", $"{path}.accessibility[{i}].description")).Where(text => text.Length > 0)));
        }

        private void ReadSchedules(JsonElement service)
        {
            var week = new List<string>();
            var days = new List<string>();
            var schedules = Items(service, "schedules", string.Empty);
            for (var i = 0; i < schedules.Count; i++)
            {
                var schedule = schedules[i];
                var path = $"schedules[{i}]";
                var (from, to) = (Text(schedule, "valid_from", path + ".valid_from"), Text(schedule, "valid_to", path + ".valid_to"));
                var (opens, closes) = (Text(schedule, "opens_at", path + ".opens_at"), Text(schedule, "closes_at", path + ".closes_at"));
                if (Text(schedule, "freq", path + ".freq") is { Length: > 0 } freq)
                {
                    if (freq is not "WEEKLY" || from.Length + to.Length > 0 || Number(schedule, "interval", path) is not ("" or "1") || IsRestricted(schedule))
                        Fail(path, "must be a week that always holds (freq WEEKLY with byday, opens_at and closes_at) or one date (valid_from and valid_to alike)");
                    else
                        week.Add($"{Days(schedule, path)} {opens}-{closes}");
                }
                else if (from.Length == 0 || !string.Equals(from, to, StringComparison.Ordinal))
                {
                    Fail(path, "must be a week that always holds (freq WEEKLY with byday, opens_at and closes_at) or one date (valid_from and valid_to alike)");
                }
                else
                {
                    days.Add(opens.Length + closes.Length == 0 ? $"{from} closed" : $"{from} {opens}-{closes}");
                }
            }

            Set("hours", "schedules", string.Join("; ", week));
            Set("special_days", "schedules", string.Join("; ", days));
        }

        private static readonly string[] Restrictions = ["until", "count", "byweekno", "bymonthday", "byyearday", "dtstart"];

        private static bool IsRestricted(JsonElement schedule) =>
            Restrictions.Any(name => schedule.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null);

        private string Days(JsonElement schedule, string path)
        {
            var words = new List<string>();
            foreach (var day in Text(schedule, "byday", path + ".byday").Split(',', StringSplitOptions.TrimEntries))
            {
                var index = HsdsNames.Days.IndexOf(day);
                if (index < 0)
                    Fail(path + ".byday", "must be days such as MO,TU");
                else
                    words.Add(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames[(index + 1) % 7]);
            }

            return string.Join(' ', words);
        }

        private void ReadAttributes(JsonElement service)
        {
            var attributes = Items(service, "attributes", string.Empty);
            for (var i = 0; i < attributes.Count; i++)
            {
                var attribute = attributes[i];
                if (!attribute.TryGetProperty("taxonomy_term", out var term) || term.ValueKind is not JsonValueKind.Object
                    || Text(term, "taxonomy", $"attributes[{i}].taxonomy_term.taxonomy") is not HsdsNames.Taxonomy)
                {
                    continue;
                }

                var code = Text(term, "code", $"attributes[{i}].taxonomy_term.code");
                if (!HsdsNames.Attributes.Contains(code, StringComparer.Ordinal))
                    Fail($"attributes[{i}].taxonomy_term.code", "is no term of ours: those are " + string.Join(", ", HsdsNames.Attributes));
                else if (_texts[DirectoryColumn.Index[code]].Length > 0)
                    Fail($"attributes[{code}]", "must be there once");
                else
                    Set(code, $"attributes[{code}]", Text(attribute, "value", $"attributes[{code}]"));
            }

            // How many the rooms hold is also what HSDS calls the maximum of a capacity.
            if (_texts[DirectoryColumn.Index["places"]].Length == 0 && Items(service, "capacities", string.Empty) is [var capacity])
                Set("places", "capacities[0].maximum", Number(capacity, "maximum", "capacities[0]"));
        }

        private void Set(string column, string name, string text)
        {
            _texts[DirectoryColumn.Index[column]] = text;
            _names[DirectoryColumn.Index[column]] = name;
        }

        private List<JsonElement> Items(JsonElement of, string name, string path)
        {
            if (!of.TryGetProperty(name, out var list) || list.ValueKind is JsonValueKind.Null)
                return [];
            if (list.ValueKind is JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind is JsonValueKind.Object))
                return [.. list.EnumerateArray()];
            Fail(path + name, "must be a list of objects");
            return [];
        }

        private string Text(JsonElement of, string name, string path)
        {
            if (!of.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
                return string.Empty;
            if (value.ValueKind is JsonValueKind.String)
                return value.GetString()!;
            Fail(path, "must be a text");
            return string.Empty;
        }

        private string Number(JsonElement of, string name, string path)
        {
            if (!of.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
                return string.Empty;
            if (value.ValueKind is JsonValueKind.Number)
                return value.GetRawText();
            Fail($"{path}.{name}", "must be a number");
            return string.Empty;
        }

        private void Fail(string field, string rule) => faults.Add(new ImportFault(number, field, rule));
    }
}
