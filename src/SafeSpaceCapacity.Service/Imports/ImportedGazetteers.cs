using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using SafeSpaceCapacity.Domain.Imports;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.EventLog.Codec;
using SafeSpaceCapacity.Service.ReadModel;

namespace SafeSpaceCapacity.Service.Imports;

/// <summary>What is known about the import of a gazetteer.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="At">When it was imported.</param>
/// <param name="By">The account that imported it.</param>
public sealed record GazetteerEntry(GazetteerKind Kind, int Rows, string Sha256, Instant At, string By);

/// <summary>Folds the directory's streams of the log into the gazetteers that answers use.</summary>
public sealed class ImportedGazetteers : ILogFold
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsaved = new(StringComparer.Ordinal);
    private readonly Dictionary<GazetteerKind, (KeptGazetteer Kept, GazetteerFile File)> _gazetteers = [];
    private bool _isNew;
    private volatile ImportedGazetteer _current = ImportedGazetteer.Empty;
    private volatile IReadOnlyList<GazetteerEntry> _entries = [];

    /// <summary>The newest.</summary>
    public ImportedGazetteer Current => _current;

    /// <summary>What was imported, in the order of the kinds.</summary>
    public IReadOnlyList<GazetteerEntry> Entries => _entries;

    /// <inheritdoc/>
    public string Prefix => DirectoryCodec.Prefix;

    /// <inheritdoc/>
    public bool Restore(IReadOnlyList<Checkpoint> kept, long covered)
    {
        _versions.Clear();
        _unsaved.Clear();
        _gazetteers.Clear();
        _isNew = true;
        foreach (var checkpoint in kept)
        {
            if (!string.Equals(checkpoint.Stream, DirectoryCodec.Imports, StringComparison.Ordinal))
            {
                if (DirectoryCodec.DecodeGazetteer(checkpoint.Schema, checkpoint.Body.Span) is not { } gazetteer || !Take(gazetteer))
                    return false;
            }

            _versions[checkpoint.Stream] = checkpoint.Version;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Apply(RecordedEvent recorded, SpaceChange? change)
    {
        if (!recorded.Stream.StartsWith(Prefix, StringComparison.Ordinal))
            return;
        var known = _versions.GetValueOrDefault(recorded.Stream);
        if (recorded.Version <= known)
            return;
        if (recorded.Version != known + 1)
            throw new InvalidOperationException($"{recorded.Stream} is known to version {known}, but the log goes on with {recorded.Version}");
        if (DirectoryCodec.Decode(recorded.Type, recorded.Schema, recorded.Payload.Span) is GazetteerImported imported
            && !Take(new KeptGazetteer(imported, recorded.Actor)))
        {
            throw new JsonException($"the gazetteer at position {recorded.Position} can't be unpacked");
        }

        _versions[recorded.Stream] = recorded.Version;
        _unsaved.Add(recorded.Stream);
    }

    /// <inheritdoc/>
    public void Publish(long position)
    {
        if (!_isNew)
            return;
        _isNew = false;
        _current = new ImportedGazetteer(_gazetteers.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.File));
        _entries =
        [
            .. _gazetteers.Values.Select(pair => pair.Kept).OrderBy(kept => kept.Imported.Kind)
                .Select(kept => new GazetteerEntry(kept.Imported.Kind, kept.Imported.Rows, kept.Imported.Sha256, kept.Imported.DecidedAt, kept.Actor)),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Checkpoint> Checkpoints(Guid epoch, long position)
    {
        var bodies = _gazetteers.Values.ToDictionary(pair => DirectoryCodec.StreamOf(pair.Kept.Imported.Kind), pair => pair.Kept, StringComparer.Ordinal);
        var checkpoints = _unsaved.Select(stream => new Checkpoint(
            epoch, stream, _versions[stream], position, DirectoryCodec.KeptSchema,
            bodies.TryGetValue(stream, out var kept) ? DirectoryCodec.Encode(kept) : "{}"u8.ToArray())).ToList();
        _unsaved.Clear();
        return checkpoints;
    }

    // What an earlier version took is shown as far as this one can read it: a start does not fail because a rule became stricter.
    private bool Take(KeptGazetteer kept)
    {
        try
        {
            _gazetteers[kept.Imported.Kind] = (kept, GazetteerFile.Read(kept.Imported.Kind, GazetteerFile.Decompress(kept.Imported.Content), [], []));
            _isNew = true;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
