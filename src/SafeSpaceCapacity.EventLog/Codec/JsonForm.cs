using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;
using SafeSpaceCapacity.Domain.Spaces;

namespace SafeSpaceCapacity.EventLog.Codec;

/// <summary>
/// How values of the domain look in JSON. Strict both ways: nothing missing, nothing unknown, codes by name. NodaTime's own JSON package
/// is not served by every feed, and four one-line converters are all that is needed of it.
/// </summary>
public static class JsonForm
{
    /// <summary>What to read and write it with.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters =
            {
                new TextConverter<Instant>(InstantPattern.ExtendedIso),
                new TextConverter<LocalTime>(LocalTimePattern.ExtendedIso),
                new TextConverter<LocalDate>(LocalDatePattern.Iso),
                new SpaceIdConverter(),
                new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class TextConverter<T>(IPattern<T> pattern) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parsed = pattern.Parse(reader.GetString() ?? throw new JsonException($"{typeof(T).Name} is null"));
            return parsed.Success ? parsed.Value : throw new JsonException(parsed.Exception.Message, parsed.Exception);
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(pattern.Format(value));
    }

    private sealed class SpaceIdConverter : JsonConverter<SpaceId>
    {
        public override SpaceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? throw new JsonException("the id of a space is null"));

        public override void Write(Utf8JsonWriter writer, SpaceId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
