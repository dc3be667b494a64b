using NodaTime;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.Cli.Simulation;

/// <summary>What the simulation can do to a space.</summary>
internal enum Deed : byte
{
    Register,
    Hold,
    Extend,
    Release,
    Arrive,
    Refuse,
    StartShift,
    Depart,
    Count,
    Confirm,
    Pause,
    Resume,
    Accept,
    Decline,
}

/// <summary>How a command was answered.</summary>
internal enum Fate : byte
{
    /// <summary>Nobody answered: it was done once, or not at all.</summary>
    Unanswered,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was not done, for a reason.</summary>
    Rejected,
}

/// <summary>A command and its answer.</summary>
/// <param name="Space">The space.</param>
/// <param name="Deed">What was to be done.</param>
/// <param name="Fate">How it was answered.</param>
/// <param name="Version">The version of the space's stream that the numbers are of; 0 where no numbers were told.</param>
/// <param name="AsOf">When they were worked out.</param>
/// <param name="Occupied">People here.</param>
/// <param name="Held">Places held.</param>
/// <param name="SafeCapacity">People that could be supported.</param>
internal readonly record struct Answered(string Space, Deed Deed, Fate Fate, long Version, Instant AsOf, int Occupied, int Held, int SafeCapacity)
{
    /// <summary>What an answer says.</summary>
    public static Answered Of(string space, Deed deed, bool done, Availability? numbers) => numbers is null
        ? new Answered(space, deed, done ? Fate.Done : Fate.Rejected, 0, default, 0, 0, 0)
        : new Answered(
            space, deed, done ? Fate.Done : Fate.Rejected, numbers.StreamVersion, Instant.FromDateTimeOffset(numbers.AsOf.ToDateTimeOffset()), numbers.Occupied, numbers.Held, numbers.SafeCapacity);
}

/// <summary>The simulation's own record of every command that it sent.</summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Answered> _commands = [];
    private long _resent;

    /// <summary>Commands by id.</summary>
    public IReadOnlyDictionary<Guid, Answered> Commands => _commands;

    /// <summary>How often a command was sent again.</summary>
    public long Resent => Interlocked.Read(ref _resent);

    /// <summary>Before it is sent for the first time.</summary>
    public void Sent(Guid id, string space, Deed deed) => Keep(id, new Answered(space, deed, Fate.Unanswered, 0, default, 0, 0, 0));

    /// <summary>It is sent again with the same id.</summary>
    public void SentAgain() => Interlocked.Increment(ref _resent);

    /// <summary>Once it is answered.</summary>
    public void Keep(Guid id, Answered answered)
    {
        lock (_gate)
            _commands[id] = answered;
    }

    /// <summary>How many commands of a kind had a fate.</summary>
    public int Total(Deed deed, Fate fate) => _commands.Values.Count(answered => answered.Deed == deed && answered.Fate == fate);
}
