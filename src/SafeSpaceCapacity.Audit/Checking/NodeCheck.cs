using System.Text;
using System.Text.Json;
using SafeSpaceCapacity.Audit.Format;

namespace SafeSpaceCapacity.Audit.Checking;

/// <summary>Checks the trail of one node, whether somebody writes it meanwhile or not.</summary>
internal sealed class NodeCheck(NodeFolder folder, AuditKeys keys, Findings findings)
{
    private const string HeadName = "head.json";

    /// <summary>The segments that were read.</summary>
    public IReadOnlyList<int> Segments { get; private set; } = [];

    /// <summary>Checks everything.</summary>
    /// <exception cref="FileNotFoundException">Retention removed a segment meanwhile.</exception>
    public CheckState All()
    {
        // The head first: what it names was on disk before it, so what is read after it must hold it.
        var state = new CheckState { Head = ReadHead() };
        Segments = folder.Segments();
        foreach (var stranger in folder.Strangers())
            findings.Add(stranger, null, "is no part of a trail");
        CheckFromStart(state, ReadRemoved(), endsInNewest: true);
        CheckHead(state);
        return state;
    }

    /// <summary>Checks the segments from that of the head on: what a writer goes on from.</summary>
    public CheckState FromHead()
    {
        var state = new CheckState { Head = ReadHead() };
        Segments = folder.Segments().Where(number => number >= (state.Head?.Segment ?? 1)).ToList();
        foreach (var number in Segments)
            Check(number, state, number == Segments[^1]);
        CheckHead(state);
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
            if (number == removed?.Removed && (state.Seq, Chain.Text(state.Hash)) != (removed.Seq, removed.Hash))
                findings.Add(NodeFolder.NameOf(number), null, "it is not the segment that retention was removing");
            next = checked(number + 1);
        }
    }

    private void CheckHead(CheckState state)
    {
        if (state is { Head: { } head, SawHead: false })
            findings.Add(HeadName, null, $"the line it names is not in segment {head.Segment}: the end of the trail was cut off or exchanged");
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

    private HeadLine? ReadHead()
    {
        try
        {
            var head = Seal.ReadFile<HeadLine>(folder.Head, keys) ?? throw new JsonException("it is missing");
            return IsOurs(head.Node) ? head : throw new JsonException($"it is of {head.Node}");
        }
        catch (JsonException unreadable)
        {
            findings.Add(HeadName, null, $"where the trail ends can't be read, so a cut-off end would not be found: {unreadable.Message}");
            return null;
        }
    }

    private RemovedLine? ReadRemoved()
    {
        const string Name = "removed.json";
        try
        {
            if (Seal.ReadFile<RemovedLine>(folder.Removed, keys) is not { } removed)
                return null;
            if (!IsOurs(removed.Node))
                throw new JsonException($"it is of {removed.Node}");
            var until = removed.Until is { } time ? $", with entries up to {time:O}" : string.Empty;
            findings.Note(Name, null, $"on {removed.At:O} retention had removed the segments up to {removed.Removed}{until}");
            return removed;
        }
        catch (JsonException unreadable)
        {
            findings.Add(Name, null, $"it is not what retention wrote: {unreadable.Message}");
            return null;
        }
    }

    private bool IsOurs(string node) => string.Equals(node, folder.Node, StringComparison.Ordinal);
}
