using Google.Protobuf;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EndToEnd.Tests.Harness;

namespace SafeSpaceCapacity.EndToEnd.Tests.Load;

/// <summary>
/// What the clients know to be true, from answers alone. Some spaces see only what can be counted exactly: holds, their release or arrival, and
/// the departure of people who arrived. At the others anything may be reported, also more people than can be supported.
/// </summary>
internal sealed class Ledger
{
    public const int Places = 12;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, Hold>> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _free = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _peopleFree = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Exact { get; } = ["exact-1", "exact-2", "exact-3", "exact-4", "exact-5", "exact-6"];

    public IReadOnlyList<string> Loose { get; } = ["loose-1", "loose-2", "loose-3", "loose-4"];

    public IEnumerable<string> Spaces => Exact.Concat(Loose);

    public async Task OpenSpacesAsync(Crew crew, Ids ids)
    {
        foreach (var space in Spaces)
            await crew.OpenSpaceAsync(space, Places, ids);
    }

    /// <summary>Takes a hold that is on its way; nobody else will end it.</summary>
    public string? TakeHold(string space, Random random)
    {
        lock (_gate)
        {
            if (!_free.TryGetValue(space, out var free) || free.Count == 0)
                return null;
            var at = random.Next(free.Count);
            var taken = free[at];
            free.RemoveAt(at);
            return taken;
        }
    }

    /// <summary>Takes one of the people who are there; nobody else will let them leave.</summary>
    public bool TakePerson(string space)
    {
        lock (_gate)
        {
            if (_peopleFree.GetValueOrDefault(space) == 0)
                return false;
            _peopleFree[space]--;
            return true;
        }
    }

    /// <summary>What somebody does next.</summary>
    public Command Next(Ids ids, Random random)
    {
        var loose = random.Next(10) < 3;
        var space = loose ? Loose[random.Next(Loose.Count)] : Exact[random.Next(Exact.Count)];
        var id = ids.Next();
        var die = random.Next(100);
        if (loose && die < 50)
        {
            return die switch
            {
                < 15 => Command.WalkIn(space, id),
                < 30 => Command.Depart(space, id),
                _ => Command.Count(space, id, random.Next(Places + 4)),
            };
        }

        if (die < 80 && die % 2 == 0 && TakeHold(space, random) is { } hold)
            return die % 4 == 0 ? Command.Release(space, id, hold) : Command.Arrive(space, id, hold);
        return die % 3 != 0 && TakePerson(space) ? Command.Depart(space, id) : Command.Hold(space, id);
    }

    /// <summary>Enters what an answer says has happened.</summary>
    public void Enter(Command command, IMessage answer)
    {
        lock (_gate)
        {
            var holds = Of(_holds, command.Space);
            switch (answer)
            {
                case HoldPlaceResponse { Placed: { } placed }:
                    holds.Add(placed.HoldId, placed);
                    Of(_free, command.Space).Add(placed.HoldId);
                    break;
                case ReleaseHoldResponse { Released: not null }:
                    holds.Remove(command.HoldId!);
                    break;
                case ConfirmArrivalResponse { Arrived: not null }:
                    holds.Remove(command.HoldId!);
                    _people[command.Space] = _people.GetValueOrDefault(command.Space) + 1;
                    _peopleFree[command.Space] = _peopleFree.GetValueOrDefault(command.Space) + 1;
                    break;
                case RecordDepartureResponse:
                    _people[command.Space] = _people.GetValueOrDefault(command.Space) - 1;
                    break;
                case HoldPlaceResponse { Rejected.Code: RejectionCode.NoSafeCapacity }:
                case RecordArrivalResponse or RecordCountResponse:
                    break;
                default:
                    Assert.Fail($"Nobody can have been answered this: {command.Request} {answer}");
                    break;
            }
        }
    }

    /// <summary>Compares a board with what must be on it.</summary>
    public void AssertAgrees(string space, GetBoardResponse board, string context)
    {
        lock (_gate)
        {
            var numbers = board.Availability;
            var expected = Of(_holds, space).Values.OrderBy(hold => hold.HoldId, StringComparer.Ordinal).ToList();
            var found = board.Holds.OrderBy(hold => hold.HoldId, StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(found), $"{context}: {space} should hold\n{string.Join('\n', expected)}\nand holds\n{string.Join('\n', found)}");
            Assert.True(numbers.Held == expected.Count, $"{context}: {space} has {expected.Count} holds and counts {numbers.Held}.");
            if (!Exact.Contains(space, StringComparer.Ordinal))
                return;
            Assert.True(numbers.Occupied == _people.GetValueOrDefault(space), $"{context}: {_people.GetValueOrDefault(space)} people are at {space}; the board says {numbers.Occupied}.");
            AssertSafe(numbers, context);
        }
    }

    /// <summary>Invariant 1, as it is seen from outside.</summary>
    public static void AssertSafe(Availability numbers, string context)
    {
        Assert.True(numbers.Occupied + numbers.Held <= numbers.SafeCapacity, $"{context}: more promised than is safe: {numbers}");
        Assert.True(numbers.Available == numbers.SafeCapacity - numbers.Occupied - numbers.Held, $"{context}: the numbers do not add up: {numbers}");
    }

    private static T Of<T>(Dictionary<string, T> map, string space)
        where T : new()
    {
        if (!map.TryGetValue(space, out var value))
            map.Add(space, value = new T());
        return value;
    }
}
