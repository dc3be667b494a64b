using System.Runtime.CompilerServices;
using System.Text;
using NodaTime;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.EventLog.Codec;

namespace SafeSpaceCapacity.EventLog.Tests;

/// <summary>One file for each event of the directory as a whole, in the manner of <see cref="GoldenEventTests"/>.</summary>
public sealed class GoldenDirectoryEventTests
{
    private static readonly Instant Decided = Instant.FromUtc(2026, 11, 21, 22, 4, 6) + Duration.FromNanoseconds(123_456_700);

    private static readonly Dictionary<string, DirectoryEvent> Samples = new(StringComparer.Ordinal)
    {
        ["DirectoryImported.1.complete"] = new DirectoryImported(Decided, DirectoryFormat.HsdsJson, new string('a', 64), 10_000, 20, 3),
        ["DirectoryImported.1.minimal"] = new DirectoryImported(Decided, DirectoryFormat.Csv, new string('0', 64), 0, 0, 0),
        ["GazetteerImported.1.complete"] = new GazetteerImported(Decided, GazetteerKind.PostcodeSectors, 1_273, new string('b', 64), new byte[] { 0x1F, 0x8B, 0, 255, 62, 63 }),
        ["GazetteerImported.1.minimal"] = new GazetteerImported(Decided, GazetteerKind.Hospitals, 1, new string('0', 64), ReadOnlyMemory<byte>.Empty),
    };

    public static TheoryData<string> Names => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_an_earlier_version_wrote_is_read_as_it_was_meant(string name)
    {
        var written = DirectoryCodec.Encode(Samples[name], Guid.Empty);
        Assert.StartsWith($"{written.Type}.{written.Schema}.", name, StringComparison.Ordinal);
        var file = Path.Combine(Folder(), name + ".json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("SAFESPACE_WRITE_GOLDEN") == "1")
            File.WriteAllText(file, Encoding.UTF8.GetString(written.Payload.Span) + "\n");
        Assert.True(File.Exists(file), $"{Path.GetFileName(file)} is missing: run once with SAFESPACE_WRITE_GOLDEN=1, read it, commit it");
        var golden = File.ReadAllText(file).TrimEnd('\n');
        var read = DirectoryCodec.Decode(written.Type, written.Schema, Encoding.UTF8.GetBytes(golden));
        Assert.Equal(golden, Encoding.UTF8.GetString(DirectoryCodec.Encode(read, Guid.Empty).Payload.Span));
        Assert.Equal(golden, Encoding.UTF8.GetString(written.Payload.Span));
    }

    [Fact]
    public void Every_event_has_a_name_in_the_codec_and_samples()
    {
        var events = typeof(DirectoryEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DirectoryEvent))).Select(type => type.Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(events, DirectoryCodec.EventTypes.Order(StringComparer.Ordinal));
        Assert.Equal(events, Samples.Keys.Select(name => name.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GazetteerImported", 2)]
    [InlineData("SpaceRegistered", 1)]
    public void An_unknown_event_is_an_error_and_never_skipped(string type, int schema) =>
        Assert.Contains(type, Assert.Throws<UnknownEventException>(() => DirectoryCodec.Decode(type, schema, "{}"u8)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_checkpoint_keeps_is_read_again_or_thrown_away()
    {
        var kept = new KeptGazetteer((GazetteerImported)Samples["GazetteerImported.1.complete"], "ada");
        var body = DirectoryCodec.Encode(kept);
        Assert.Equal(body, DirectoryCodec.Encode(DirectoryCodec.DecodeGazetteer(DirectoryCodec.KeptSchema, body)!));
        Assert.Null(DirectoryCodec.DecodeGazetteer(DirectoryCodec.KeptSchema + 1, body));
        Assert.Null(DirectoryCodec.DecodeGazetteer(DirectoryCodec.KeptSchema, "{}"u8));
    }

    [Fact]
    public void Each_kind_has_a_stream_of_its_own() => Assert.Equal(
        Enum.GetValues<GazetteerKind>().Length, Enum.GetValues<GazetteerKind>().Select(DirectoryCodec.StreamOf).Append(DirectoryCodec.Imports).Distinct().Count() - 1);

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
