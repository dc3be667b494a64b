using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests.BadInput;

/// <summary>Every method of the contract, by descriptor, with messages that a careless or hostile client could send.</summary>
public sealed class AnyMessageProperties : ServiceTest
{
    private static readonly string[] Known = [ValidRequests.Space, "other-space", "no-such-space"];
    private static readonly string[] Kept = [.. Enumerable.Range(0, 12).Select(_ => Ids.Next())];

    public static TheoryData<string> Methods => [.. AnyMethod.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Whatever_is_sent_the_answer_is_an_answer_or_names_the_field_and_a_refusal_changes_nothing(string name)
    {
        await Service.OpenAsync(Known[0], Ask.Latitude, Ask.Longitude, occupied: 2);
        await Service.RegisterAsync(Known[1], Ask.Latitude + 0.01, Ask.Longitude);
        // Some ids are of commands that were carried out, so that they are used again with other content.
        foreach (var id in Kept.Take(4))
        {
            var hold = Service.Hold(Known[0]);
            hold.CommandId = id;
            await Service.Crew.HoldPlaceAsync(hold);
        }

        var method = AnyMethod.All.Single(method => method.Name == name);
        var ends = new HashSet<StatusCode>();
        Prop.ForAll(Request(method.Descriptor.InputType).ToArbitrary(), request => CheckAsync(method, request, ends).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150));

        // What has no fields can't be wrong.
        if (method.Descriptor.InputType.Fields.InFieldNumberOrder().Count == 0)
            return;
        Assert.Contains(StatusCode.InvalidArgument, ends);
        Assert.True(ends.Count > 1, "all of them were refused alike");
    }

    private async Task CheckAsync(AnyMethod method, IMessage request, HashSet<StatusCode> ends)
    {
        var head = Service.Log.HeadPosition;
        var refused = await method.RefusedAsync(Service.Invoker, request.ToByteArray());
        ends.Add(refused?.StatusCode ?? StatusCode.OK);
        if (refused is null)
            return;
        Assert.True(head == Service.Log.HeadPosition, $"{refused.Status} and yet something was written, for {request}");
        if (refused.StatusCode == StatusCode.ResourceExhausted)
        {
            Assert.True(request.CalculateSize() > ServiceSetup.RequestBytesMax, refused.Status.Detail);
            return;
        }

        // More than a token can name.
        if (refused.StatusCode == StatusCode.PermissionDenied && method.Name is "GetAreaTotals" or "WatchAreaTotals" or "GetBoundaries" or "GetHourlyTotals" or "GetDemandHistory" or "GetForecast" && request.CalculateSize() > 2000)
            return;
        Assert.True(
            refused.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists, $"{refused.Status} for {request}");
        if (refused.StatusCode != StatusCode.InvalidArgument)
            return;
        Assert.NotEmpty(refused.Violations());
        foreach (var (field, rule) in refused.Violations())
        {
            Assert.NotNull(method.Descriptor.InputType.FindFieldByName(field.Split('.', '[')[0]));
            Assert.NotEqual(string.Empty, rule);
        }
    }

    /// <summary>A request that is right but for a few fields, or for most: else hardly any of a large one would come through.</summary>
    private static Gen<IMessage> Request(MessageDescriptor type)
    {
        var fields = type.Fields.InFieldNumberOrder();
        return from right in Gen.Fresh(() => BrokenRules.Any(type.ClrType))
               from other in Message(type, 0)
               from percent in Gen.Elements(5, 25, 100)
               from taken in Gen.Choose(0, 99).ArrayOf(fields.Count)
               select Mixed(right, other, [.. fields.Where((_, i) => taken[i] < percent)]);
    }

    private static IMessage Mixed(IMessage right, IMessage other, IEnumerable<FieldDescriptor> taken)
    {
        foreach (var field in taken)
        {
            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(right);
                list.Clear();
                foreach (var item in (System.Collections.IList)field.Accessor.GetValue(other))
                    list.Add(item);
            }
            else if (field.HasPresence && !field.Accessor.HasValue(other))
            {
                field.Accessor.Clear(right);
            }
            else
            {
                field.Accessor.SetValue(right, field.Accessor.GetValue(other));
            }
        }

        return right;
    }

    /// <summary>A message whose fields are mostly right; the more often absent, the deeper.</summary>
    private static Gen<IMessage> Message(MessageDescriptor type, int depth)
    {
        var fields = type.Fields.InFieldNumberOrder();
        return Gen.CollectToArray(fields.Select(field => Value(field, depth))).Select(values =>
        {
            var message = type.Parser.ParseFrom([]);
            foreach (var (field, value) in fields.Zip(values))
            {
                if (value is null)
                    continue;
                if (field.IsRepeated)
                {
                    var list = (System.Collections.IList)field.Accessor.GetValue(message);
                    foreach (var item in (object[])value)
                        list.Add(item);
                }
                else
                {
                    field.Accessor.SetValue(message, value);
                }
            }

            return message;
        });
    }

    private static Gen<object?> Value(FieldDescriptor field, int depth)
    {
        var nothing = Gen.Constant<object?>(null);
        if (field.IsRepeated)
        {
            var one = Single(field, depth);
            return Gen.Frequency(
                (5, nothing),
                (3, Some(one, 1)),
                (2, Gen.Choose(2, 4).SelectMany(count => Some(one, count))),
                (1, Gen.Choose(60, 450).SelectMany(count => Some(one, count))));
        }

        var absent = field.ContainingOneof is { Fields.Count: > 1 } ? 6 : field.FieldType == FieldType.Message && depth > 0 ? 3 : 1;
        return Gen.Frequency((absent, nothing), (9, Single(field, depth).Select(value => (object?)value)));
    }

    private static Gen<object?> Some(Gen<object> one, int count) => one.ArrayOf(count).Select(values => (object?)values);

    private static Gen<object> Single(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.String => Text(field.Name).Select(text => (object)text),
        FieldType.Bool => Gen.Elements(true, false).Select(value => (object)value),
        FieldType.Int32 => Gen.Frequency((6, Gen.Choose(1, 20)), (2, Gen.Choose(-5, 1500)), (1, Gen.Elements(int.MinValue, int.MaxValue, 0, -1))).Select(value => (object)value),
        FieldType.Int64 => Gen.Frequency((6, Gen.Choose(0, 3)), (1, Gen.Elements(-1, int.MaxValue))).Select(value => (object)(long)value),
        FieldType.Bytes => Gen.Choose(0, 255).Select(number => (byte)number).ArrayOf().Select(bytes => (object)ByteString.CopyFrom(bytes)),
        FieldType.Double => Number(field.Name).Select(value => (object)value),
        FieldType.Enum => Gen.Frequency((12, Gen.Choose(1, field.EnumType.Values.Count - 1)), (1, Gen.Elements(0, -1, 99, int.MinValue, int.MaxValue)))
            .Select(value => System.Enum.ToObject(field.EnumType.ClrType, value)),
        FieldType.Message when field.MessageType.FullName == "google.protobuf.Timestamp" => Time.Select(value => (object)value),
        FieldType.Message => Message(field.MessageType, depth + 1).Select(value => (object)value),
        _ => throw new NotSupportedException($"{field.FullName} is of a type that this test can't make yet: {field.FieldType}"),
    };

    private static Gen<double> Number(string name) => Gen.Frequency(
        (7, name switch
        {
            "latitude" => Gen.Choose(55_000, 60_500).Select(value => value / 1000d),
            "longitude" => Gen.Choose(-7_500, -1_000).Select(value => value / 1000d),
            "easting_metres" => Gen.Choose(10_000, 450_000).Select(value => (double)value),
            "northing_metres" => Gen.Choose(550_000, 1_200_000).Select(value => (double)value),
            _ => Gen.Choose(0, 100).Select(value => value / 100d),
        }),
        (1, Gen.Choose(-1_000_000, 1_000_000).Select(value => value / 7d)),
        (1, Gen.Elements(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue, double.Epsilon, -0.0, 90, -180)));

    private static Gen<string> Text(string name) => Gen.Frequency(
        (12, name switch
        {
            "space_id" or "space_ids" => Gen.Elements(Known),
            "command_id" => Gen.Frequency((9, Gen.Fresh(Ids.Next)), (1, Gen.Elements(Kept))),
            "hold_id" or "shift_id" or "need_id" => Gen.Elements(Kept),
            "area_codes" => Gen.Elements("S12000049", "S12000036", "S12000033", "S12000005", "S12000006", "S12000008"),
            "place" => Gen.Elements("Glasgow", "Paisley", "Lerwick", "Tarbert", "Glasgo"),
            "reference" => Gen.Elements("NS 590 655", "NS55", "HU 475 415", "TQ 300 800", "XX 1"),
            "opens" or "closes" => Gen.Elements("18:00", "00:00", "23:59", "09:30"),
            "date" => Gen.Elements("2026-12-25", "2026-02-11", "2026-02-12", "9999-12-31", "0001-01-01"),
            "telephone" => Gen.Elements("0141 496 0199", "999", "+44 (0)141 496 0199"),
            "call_sign" => Gen.Elements("A 12", "medic-7"),
            "languages" => Gen.Elements("en", "gd", "bfi"),
            _ => Gen.Elements("A quiet room.", "Café", string.Empty),
        }),
        (1, Gen.Elements(
            string.Empty, " ", "\0", "a\0b", "\r\n", "\u202Eevil", "\uFFFD", "\u200B", "\U0001F600", "%s%n", "'; drop table events; --", "../../etc/passwd",
            "{\"a\":1}", new string('x', 501), new string('é', 5_000), "٣", "\uE000", "e\u0301", Guid.Empty.ToString())),
        (1, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => WellFormed(text.Item))));

    // A string with half a surrogate pair has no bytes to send.
    private static string WellFormed(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static Gen<Timestamp> Time => Gen.Frequency(
        (8, Gen.Choose(-10, 260).Select(minutes => ValidRequests.In(minutes))),
        (2, Gen.Choose(-3_000, 15_000).Select(minutes => ValidRequests.In(minutes))),
        (1, from seconds in Gen.Elements(0, long.MinValue, long.MaxValue, 253_402_300_799, -62_135_596_800, 253_402_300_800)
            from nanos in Gen.Elements(0, -1, 999_999_999, 1_000_000_000, int.MinValue)
            select new Timestamp { Seconds = seconds, Nanos = nanos }));
}
