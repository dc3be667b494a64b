using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SafeSpaceCapacity.LoadTests.Report;

/// <summary>What a figure must not exceed, or must reach.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="AtMost">Not exceed.</param>
internal sealed record Goal(double Limit, bool AtMost)
{
    public static Goal AtMostOf(double limit) => new(limit, AtMost: true);

    public static Goal AtLeast(double limit) => new(limit, AtMost: false);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(AtMost ? "≤" : "≥")} {Limit}");

    /// <summary>By the whole interval: where it straddles the limit, nothing was shown.</summary>
    public string Verdict(Middle middle)
    {
        if (AtMost ? middle.High <= Limit : middle.Low >= Limit)
            return "met";
        return (AtMost ? middle.Low > Limit : middle.High < Limit) ? "missed" : "undecided";
    }
}

/// <summary>One line of a table.</summary>
internal sealed record Figure(string Name, string Unit, Goal? Goal, IReadOnlyList<double> Samples)
{
    public Middle Middle { get; } = Statistics.MiddleOf(Samples);

    public string Verdict => Goal is null ? string.Empty : Samples.Count < Statistics.SamplesMin ? "undecided" : Goal.Verdict(Middle);
}

/// <summary>What one load test measured.</summary>
internal sealed class Table(string name)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly List<Figure> _figures = [];

    private static string Kernel => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    public void Add(string figure, string unit, Goal? goal, IEnumerable<double> samples) => _figures.Add(new Figure(figure, unit, goal, [.. samples]));

    public void Print()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {Environment.ProcessorCount} cores, kernel {Kernel}"));
        Console.WriteLine();
        Console.WriteLine("| measured | median | 95 % interval | n | goal | verdict |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var figure in _figures)
        {
            var (median, low, high) = figure.Middle;
            var interval = figure.Samples.Count < Statistics.SamplesMin ? "–" : $"{Number(low)} to {Number(high)}";
            Console.WriteLine($"| {figure.Name} | {Number(median)} {figure.Unit} | {interval} | {figure.Samples.Count} | {figure.Goal?.ToString() ?? "–"} | {figure.Verdict} |");
        }
    }

    public async Task WriteAsync(string file)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(
            stream,
            new
            {
                Test = name,
                Machine = new
                {
                    Cores = Environment.ProcessorCount,
                    Kernel,
                    Runtime = RuntimeInformation.FrameworkDescription,
                    MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                },
                Figures = _figures.Select(figure => new
                {
                    figure.Name, figure.Unit, figure.Middle.Median, figure.Middle.Low, figure.Middle.High, Goal = figure.Goal?.ToString(), figure.Verdict, figure.Samples,
                }),
            },
            Json);
    }

    private static string Number(double value) => value switch
    {
        >= 1000 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("F4", CultureInfo.InvariantCulture),
    };
}
