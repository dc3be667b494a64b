using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using SafeSpaceCapacity.Domain.Privacy;
using SafeSpaceCapacity.EventLog;

namespace SafeSpaceCapacity.Service.Demand;

/// <summary>How a model did on windows of the past, forecast as if they were not known.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Level"><c>area</c>, or <c>total</c> for all areas together.</param>
/// <param name="Forecasts">How many were scored.</param>
/// <param name="Mae">Mean absolute error, in people.</param>
/// <param name="Mase">The same, divided by that of the count a week before; null where that never erred.</param>
/// <param name="Crps">Continuous ranked probability score, in people.</param>
/// <param name="Pit80">How often what came was within the 80 % interval, a count being spread over the room between it and the next.</param>
/// <param name="IsChampion">Whether the forecast of this level is this model's.</param>
public sealed record BackTest(
    [property: Whose(Words.Service)] string Model,
    [property: Whose(Words.Service)] string Level,
    int Forecasts,
    double Mae,
    double? Mase,
    double Crps,
    double Pit80,
    bool IsChampion);

/// <summary>The forecast of one area: the mean, and for each of <see cref="KeptForecast.Probabilities"/> a count, by period.</summary>
/// <param name="Area">Its code; an area above is that of the areas in it.</param>
/// <param name="IsSum">Whether it is above others.</param>
/// <param name="Model">The model.</param>
/// <param name="Mean">Expected counts.</param>
/// <param name="Quantiles">By period, then by probability.</param>
public sealed record AreaForecast([property: Whose(Words.Service)] string Area, bool IsSum, [property: Whose(Words.Service)] string Model, float[] Mean, int[][] Quantiles);

/// <summary>A forecast as it is kept, with all that says how far to trust it.</summary>
/// <param name="TrainedAt">When it was trained.</param>
/// <param name="FirstPeriod">The first period that was learnt from, on Scotland's clock (ISO).</param>
/// <param name="StartsAt">The first period that is forecast, on Scotland's clock (ISO): what came before is what was learnt from.</param>
/// <param name="Periods">How many were learnt from.</param>
/// <param name="People">How many people were counted in them.</param>
/// <param name="Windows">How many windows of the past it was tested on.</param>
/// <param name="WindowPeriods">How many periods each had.</param>
/// <param name="Areas">By area.</param>
/// <param name="BackTests">The record of all models.</param>
/// <param name="Seconds">How long training took.</param>
public sealed record KeptForecast(
    DateTimeOffset TrainedAt,
    [property: Whose(Words.Service)] string FirstPeriod,
    [property: Whose(Words.Service)] string StartsAt,
    int Periods,
    long People,
    int Windows,
    int WindowPeriods,
    IReadOnlyList<AreaForecast> Areas,
    IReadOnlyList<BackTest> BackTests,
    double Seconds)
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The quantiles that are kept: the 50, 80, 90 and 95 % intervals, and the median.</summary>
    public static IReadOnlyList<double> Probabilities { get; } = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975];

    /// <summary>Packs it.</summary>
    public DemandDocument ToDocument()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            JsonSerializer.Serialize(gzip, this, Json);
        return new DemandDocument(Instant.FromDateTimeOffset(TrainedAt), packed.ToArray());
    }

    /// <summary>Unpacks it.</summary>
    public static KeptForecast Of(DemandDocument document)
    {
        using var gzip = new GZipStream(new MemoryStream(document.Body.ToArray(), writable: false), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<KeptForecast>(gzip, Json)!;
    }
}
