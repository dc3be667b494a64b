using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Checking;

/// <summary>Checks the trail of one node, whether somebody writes it meanwhile or not.</summary>
internal sealed class NodeCheck(NodeFolder folder, AuditKeys keys, Findings findings)
{
    /// <summary>The segments that were read.</summary>
    public IReadOnlyList<int> Segments { get; private set; } = [];

    /// <summary>Checks everything.</summary>
    /// <exception cref="FileNotFoundException">Retention removed a segment meanwhile.</exception>
    public CheckState All()
    {
        // The head first: what it names was on disk before it, so what is read after it must hold it.
        var (state, head) = ReadHead();
        Segments = folder.Segments();
        foreach (var stranger in folder.Strangers())
            findings.Add(stranger, null, "is no part of a trail");
        CheckFromStart(state, ReadRemoved(), endsInNewest: true);
        CheckHead(state, head);
        return state;
    }

    /// <summary>Checks the segments from that of the head on: what a writer goes on from.</summary>
    public CheckState FromHead()
    {
        var (state, head) = ReadHead();
        Segments = folder.Segments().Where(number => number >= (head ?? 1)).ToList();
        foreach (var number in Segments)
            Check(number, state, number == Segments[^1]);
        CheckHead(state, head);
        return state;
    }

    /// <summary>Checks the oldest segments, which are closed: what retention is about to remove.</summary>
    public CheckState Oldest(IReadOnlyList<int> segments)
    {
        var state = new CheckState();
        Segments = segments;
        CheckFromStart(state, ReadRemoved(), endsInNewest: false);
        return state;
    }

    private void CheckFromStart(CheckState state, RemovedLine? removed, bool endsInNewest)
    {
        var next = checked((removed?.Removed ?? 0) + 1);
        if (Segments is [var first, ..] && first <= next)
        {
            next = first;
            KnowBefore(state, first, removed);
        }

        foreach (var number in Segments)
        {
            if (number != next)
            {
                var missing = next == number - 1 ? $"segment {next} is" : $"segments {next} to {number - 1} are";
                findings.Add(string.Empty, null, $"{missing} missing, and not by retention");
                state.KnowsBefore = false;
            }

            Check(number, state, endsInNewest && number == Segments[^1]);
            if (number == removed?.Removed && (state.Seq != removed.Seq || !string.Equals(Chain.Text(state.Hash), removed.Hash, StringComparison.Ordinal)))
                findings.Add(NodeFolder.NameOf(number), null, "it is not the segment that retention was removing");
            next = checked(number + 1);
        }
    }

    private void CheckHead(CheckState state, int? segment)
    {
        if (segment is not null && !state.SawHead)
            findings.Add("head.json", null, $"the signed line it holds is not in segment {segment}: the end of the trail was cut off or exchanged");
    }

    private static void KnowBefore(CheckState state, int first, RemovedLine? removed)
    {
        state.KnowsBefore = first == 1;
        if (first == 1 || removed is null || first != removed.Removed + 1)
            return;
        state.KnowsBefore = Chain.TryParse(Encoding.UTF8.GetBytes(removed.Hash), state.Hash);
        state.Seq = removed.Seq;
    }

    private void Check(int number, CheckState state, bool newest)
    {
        using var check = new SegmentCheck(folder, number, state, keys, findings);
        check.Run(newest);
    }

    private RemovedLine? ReadRemoved()
    {
        if (WholeFile.Read(folder.Removed) is not { } file)
            return null;
        try
        {
            if (!file.AsSpan().EndsWith("}\n"u8))
                throw new JsonException("it is not whole");
            var text = file.AsSpan()[..^2];
            var removed = Seal.Read<RemovedLine>(text);
            if (!Seal.IsGenuine(text, keys) || !string.Equals(removed.Node, folder.Node, StringComparison.Ordinal))
                throw new JsonException("its signature is not genuine, or of another node");
            var until = removed.Until is { } time ? $", with entries up to {time:O}" : string.Empty;
            findings.Note("removed.json", null, $"on {removed.At:O} retention had removed the segments up to {removed.Removed}{until}");
            return removed;
        }
        catch (JsonException unreadable)
        {
            findings.Add("removed.json", null, $"it is not what retention wrote: {unreadable.Message}");
            return null;
        }
    }

    private (CheckState State, int? Segment) ReadHead()
    {
        try
        {
            var file = WholeFile.Read(folder.Head) ?? throw new JsonException("it is missing");
            Span<byte> hash = stackalloc byte[Chain.HashBytes];
            if (file is not [.., (byte)'\n'] || !Chain.TrySplit(file.AsSpan()[..^1], out var body, hash))
                throw new JsonException("it is no line of a trail");
            var segment = body.StartsWith(AnchorLine.Start) ? Seal.Read<AnchorLine>(body).Segment : Seal.Read<HeaderLine>(body).Segment;
            return (new CheckState { Head = file }, segment);
        }
        catch (JsonException unreadable)
        {
            findings.Add("head.json", null, $"the newest signed line can't be read, so a cut-off end would not be found: {unreadable.Message}");
            return (new CheckState(), null);
        }
    }
}
