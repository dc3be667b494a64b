using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace SafeSpaceCapacity.EndToEnd.Tests.Fuzz;

/// <summary>How many cases of each level had which answer, and which were wrong.</summary>
internal sealed class Tally
{
    /// <summary>So many wrong answers are enough to look at.</summary>
    public const int FailuresMost = 40;

    private readonly ConcurrentDictionary<(Level Level, string Label), int> _counts = new();
    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _failures = new();
    private int _total;

    public int Total => _total;

    public IReadOnlyCollection<string> Failures => _failures;

    public bool IsEnough => _failures.Count >= FailuresMost;

    /// <summary>The methods that answered with OK.</summary>
    public ICollection<string> Answered => _answered.Keys;

    public void Count(FuzzCase one, Answer answer)
    {
        Interlocked.Increment(ref _total);
        _counts.AddOrUpdate((one.Level, answer.Label), 1, static (_, n) => n + 1);
        if (one.Method is { } method && answer.Grpc == "0")
            _answered.AddOrUpdate(method, 1, static (_, n) => n + 1);
    }

    public void Fail(string failure) => _failures.Enqueue(failure);

    public string Table()
    {
        var table = new StringBuilder();
        foreach (var level in Enum.GetValues<Level>())
        {
            var rows = _counts.Where(count => count.Key.Level == level).OrderByDescending(count => count.Value).ToList();
            table.Append(CultureInfo.InvariantCulture, $"{level,-10} {rows.Sum(row => row.Value),10:N0}\n");
            foreach (var row in rows)
                table.Append(CultureInfo.InvariantCulture, $"  {row.Key.Label,-28} {row.Value,10:N0}\n");
        }

        return table.Append(CultureInfo.InvariantCulture, $"{"all",-10} {_total,10:N0}\n").ToString();
    }
}
