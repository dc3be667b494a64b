using System.Text;
using Google.Protobuf.Reflection;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>Spoils the fields of a message.</summary>
internal static class FieldMutations
{
    private static readonly (string Name, Action<Random, MessageDescriptor, List<WireField>> Do)[] All =
    [
        ("hostile value", HostileValue),
        ("hostile value", HostileValue),
        ("hostile value", HostileValue),
        ("hostile value", HostileValue),
        ("no such field",
        (random, _, fields) => fields.Insert(random.Next(fields.Count + 1), AnyField(random, random.Any<uint>([0, 11, 99, 100, 119, 19_000, 536_870_911, 536_870_912])))),
        ("other wire type", (random, _, fields) => Replace(random, fields, field => AnyField(random, field.Number))),
        ("field missing", (random, _, fields) => Without(random, fields)),
        ("field missing", (random, _, fields) => Without(random, fields)),
        ("field twice", (random, _, fields) => Again(random, fields, 1)),
        ("long list", (random, _, fields) => Again(random, fields, random.Any([20, 64, 65, 201, 401, 3_000]))),
        ("swapped", Swap),
        ("contents swapped", SwapContents),
        ("deep groups", (random, _, fields) => fields.Add(Nested(random, random.Any([1, 50, 99, 101, 2_000]), Wire.StartGroup))),
        ("deep messages", (random, _, fields) => fields.Add(Nested(random, random.Any([1, 50, 99, 101, 2_000]), Wire.Delimited))),
        ("inside", Inside),
        ("inside", Inside),
    ];

    /// <summary>Does one of them, and says which.</summary>
    public static string Apply(Random random, MessageDescriptor type, List<WireField> fields)
    {
        var (name, change) = random.Any(All);
        change(random, type, fields);
        return name;
    }

    private static void HostileValue(Random random, MessageDescriptor type, List<WireField> fields)
    {
        if (type.Fields.InFieldNumberOrder() is not { Count: > 0 } known)
            return;
        var field = random.Any(known.ToList());
        var hostile = Value(random, field);
        var at = fields.FindIndex(other => other.Number == hostile.Number);
        if (at < 0)
            fields.Add(hostile);
        else
            fields[at] = hostile;
    }

    private static WireField Value(Random random, FieldDescriptor field)
    {
        var number = (uint)field.FieldNumber;
        switch (field.FieldType)
        {
            case FieldType.Double:
                return new(number, Wire.Fixed64, BitConverter.GetBytes(random.Any(Hostile.Reals)));
            case FieldType.String when random.OneIn(4):
                return new(number, Wire.Delimited, Hostile.NoText(random));
            case FieldType.String when random.OneIn(40):
                return new(number, Wire.Delimited, Encoding.UTF8.GetBytes(new string('x', random.Any([10_000, 60_000, 70_000]))));
            case FieldType.String:
                return new(number, Wire.Delimited, Encoding.UTF8.GetBytes(Hostile.Text(random)));
            case FieldType.Message:
                var inner = new List<WireField>();
                for (var i = random.Next(4); i > 0; i--)
                    HostileValue(random, field.MessageType, inner);
                return new(number, Wire.Delimited, Wire.Write(inner));
            case FieldType.Bytes:
                return new(number, Wire.Delimited, random.Bytes(random.Next(200)));
            case FieldType.Enum when field.IsPacked:
                return new(number, Wire.Delimited, [.. Enumerable.Range(0, random.Next(200)).SelectMany(_ => Wire.VarintOf((ulong)random.Next(24)))]);
            default:
                return new(number, Wire.Varint, Hostile.Varint(random));
        }
    }

    private static WireField AnyField(Random random, uint number) => random.Next(8) switch
    {
        0 => new(number, Wire.Varint, Hostile.Varint(random)),
        1 => new(number, Wire.Fixed64, random.Bytes(8)),
        2 => new(number, Wire.Fixed32, random.Bytes(4)),
        3 => new(number, Wire.StartGroup, []),
        4 => new(number, Wire.EndGroup, []),
        5 => new(number, random.Any([6, 7]), random.Bytes(random.Next(5))),
        _ => new(number, Wire.Delimited, random.Bytes(random.Next(40))),
    };

    private static WireField Nested(Random random, int depth, int type)
    {
        var number = (uint)random.Next(1, 30);
        if (type == Wire.StartGroup)
        {
            var ends = random.OneIn(2) ? depth : 0;
            return new(number, type, Wire.Write([.. Enumerable.Repeat(new WireField(number, type, []), depth - 1), .. Enumerable.Repeat(new WireField(number, Wire.EndGroup, []), ends)]));
        }

        var content = Array.Empty<byte>();
        for (var i = 0; i < depth && content.Length < 5_000; i++)
            content = Wire.Write([new(number, Wire.Delimited, content)]);
        return new(number, Wire.Delimited, content);
    }

    private static void Inside(Random random, MessageDescriptor type, List<WireField> fields)
    {
        var at = random.Next(fields.Count + 1);
        if (at == fields.Count || type.FindFieldByNumber((int)Math.Min(fields[at].Number, int.MaxValue)) is not { FieldType: FieldType.Message } field || fields[at].Type != Wire.Delimited)
        {
            HostileValue(random, type, fields);
            return;
        }

        // What was spoiled before need not be readable.
        if (!TryRead(fields[at].Content, out var inner))
            return;
        Apply(random, field.MessageType, inner);
        fields[at] = fields[at] with { Content = Wire.Write(inner) };
    }

    private static bool TryRead(byte[] bytes, out List<WireField> fields)
    {
        try
        {
            fields = Wire.Read(bytes);
            return true;
        }
        catch (Exception unreadable) when (unreadable is IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException)
        {
            fields = [];
            return false;
        }
    }

    private static void Replace(Random random, List<WireField> fields, Func<WireField, WireField> change)
    {
        if (fields.Count == 0)
            return;
        var at = random.Next(fields.Count);
        fields[at] = change(fields[at]);
    }

    private static void Without(Random random, List<WireField> fields)
    {
        if (fields.Count > 0)
            fields.RemoveAt(random.Next(fields.Count));
    }

    private static void Again(Random random, List<WireField> fields, int times)
    {
        if (fields.Count > 0)
            fields.AddRange(Enumerable.Repeat(random.Any(fields), times));
    }

    private static void Swap(Random random, MessageDescriptor type, List<WireField> fields)
    {
        if (fields.Count < 2)
            return;
        var (one, other) = (random.Next(fields.Count), random.Next(fields.Count));
        (fields[one], fields[other]) = (fields[other], fields[one]);
    }

    private static void SwapContents(Random random, MessageDescriptor type, List<WireField> fields)
    {
        if (fields.Count < 2)
            return;
        var (one, other) = (random.Next(fields.Count), random.Next(fields.Count));
        (fields[one], fields[other]) = (fields[one] with { Type = fields[other].Type, Content = fields[other].Content }, fields[other] with { Type = fields[one].Type, Content = fields[one].Content });
    }
}
