using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>
/// Requests with nothing wrong in them, made from their descriptors. What a field of a new name needs is said here; until then it gets what
/// its type suggests.
/// </summary>
internal sealed class ValidMessages(Random random, Cast cast)
{
    private readonly int _hold = random.Next(cast.Holds.Count);

    public IMessage Of(MessageDescriptor type)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            if (field.ContainingOneof is null || field.ContainingOneof.Fields.Count == 1)
                Fill(message, field);
        }

        foreach (var choice in type.Oneofs.Where(oneof => oneof.Fields.Count > 1))
            Fill(message, random.Any(choice.Fields.ToList()));
        return message;
    }

    private void Fill(IMessage message, FieldDescriptor field)
    {
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, Value(field));
            return;
        }

        // A space is always open or has a week; it may be watched by its id or by its origin.
        // Whoever is absent must have a line, and breaks must lie within a shift.
        if (field.Name is "week" or "absences" || (field.Name is "space_ids" or "breaks" && random.OneIn(2)))
            return;

        // Of some there may be one of a kind, whatever else it says.
        var list = (IList)field.Accessor.GetValue(message);
        for (var i = field.Name is "venues" or "trained" or "minimums" ? 1 : random.Next(1, 3); i > 0; i--)
        {
            var value = Value(field);
            if (!list.Contains(value))
                list.Add(value);
        }
    }

    private object Value(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => Text(field),
        FieldType.Bool => field.Name == "always_open" || random.OneIn(2),
        FieldType.Int32 => Number(field.Name),
        FieldType.Double => Real(field.Name),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, Code(field)),
        FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName => Time(field.Name),
        FieldType.Message when field.Name == "entry" => Entry(field.MessageType),
        FieldType.Message => Of(field.MessageType),
        FieldType.Bytes when field.ContainingType.Name == "ImportDemandRequest" =>
            ByteString.CopyFromUtf8(field.Name == "content" ? "area,timestamp,count\nS12000049,2026-02-10T10:00,3\n" : string.Empty),
        FieldType.Bytes => ByteString.CopyFrom(1, 2, 3),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => 3L,
        FieldType.UInt64 or FieldType.Fixed64 => 3UL,
        FieldType.UInt32 or FieldType.Fixed32 => 3U,
        FieldType.Float => 1f,
        _ => 3,
    };

    // The command and the space are said beside it.
    private IMessage Entry(MessageDescriptor type)
    {
        var entry = Of(type);
        foreach (var name in (ReadOnlySpan<string>)["command_id", "space_id"])
            type.FindFieldByName(name).Accessor.SetValue(entry, string.Empty);
        return entry;
    }

    private string Text(FieldDescriptor field) => field.Name switch
    {
        "act_id" or "line_id" => new Guid(random.Bytes(16)).ToString(),
        "starts" => field.ContainingType.Name == "RotaBreak" ? "01:00" : "22:00",
        "ends" => field.ContainingType.Name == "RotaBreak" ? "01:30" : "06:00",
        "first_date" => "2026-12-01",
        "last_date" or "review_by" => "2027-03-31",
        "area_codes" => random.Any(["S12000049", "S12000036"]),
        "space_id" when field.ContainingType.Name == "RegisterSpaceRequest" => $"registered-{random.Next(200)}",
        "space_id" or "space_ids" => cast.SpaceOf(_hold),
        "command_id" => random.OneIn(20) ? cast.Holds[_hold].ToString() : new Guid(random.Bytes(16)).ToString(),
        "hold_id" or "shift_id" or "need_id" => cast.Holds[_hold].ToString(),
        "place" => random.Any(["Glasgow", "Paisley", "Lerwick", "Inverness", "Dundee"]),
        "reference" => random.Any(["NS 590 655", "NS55", "HU 475 415"]),
        "opens" or "closes" => random.Any(["18:00", "00:00", "23:59", "09:30"]),
        "date" => random.Any(["2026-12-25", "2027-01-01", "9999-12-31"]),
        "telephone" => random.Any(["0141 496 0199", "999", "+44 (0)141 496 0199"]),
        "call_sign" => random.Any(["A 12", "medic-7"]),
        "languages" => random.Any(["en", "gd", "bfi"]),
        "service" => random.Any(["", "safespacecapacity.v1.CrewService"]),
        "source" when field.ContainingType.Name == "ImportDemandRequest" => "ambulance",
        "page_token" or "source" => string.Empty,
        _ => random.Any(["A quiet room.", "Café"]),
    };

    private int Number(string name) => name switch
    {
        "weekday" => random.Next(1, 8),
        "page_size" => random.Next(1, 21),
        "limit" => random.Next(2, 21),
        "travel_minutes_max" => random.Next(1, 241),
        "fresh_minutes" => random.Next(1, 60),
        "nudge_minutes" => random.Next(0, 60),
        "after_minutes" => 5,
        "weekdays" => random.Next(1, 8),
        "unconfirmed_after_minutes" => random.Next(60, 1441),
        "heartbeat_seconds" => random.Next(1, 61),
        _ => random.Next(1, 20),
    };

    private double Real(string name) => name switch
    {
        "latitude" => 55.8 + (random.NextDouble() * 0.5),
        "longitude" => -4.5 + (random.NextDouble() * 0.5),
        "easting_metres" => 250_000 + random.Next(10_000),
        "northing_metres" => 660_000 + random.Next(10_000),
        _ => random.NextDouble(),
    };

    private int Code(FieldDescriptor field)
    {
        // Urgent physical care is for the emergency department: no space provides it.
        var values = field.EnumType.Values.Where(value => value.Number != 0 && (field.Name != "provides" || !value.Name.EndsWith("URGENT_PHYSICAL", StringComparison.Ordinal)));
        return random.Any(values.ToList()).Number;
    }

    private Timestamp Time(string name) => Crew.In(TimeSpan.FromMinutes(name switch
    {
        "observed_at" => -random.Next(1, 600),
        "ends_at" => random.Next(60, 600),
        "until" => random.Next(3, 20),
        "review_at" => 2,
        "eta" => random.Next(2, 230),
        _ => random.Next(2, 30),
    }));
}
