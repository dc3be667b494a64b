using System.CommandLine;
using System.CommandLine.Parsing;
using SafeSpaceCapacity.LoadTests;

var server = new Option<Uri>("--server")
{
    Description = "A running demo on this machine, such as ./run --calls-per-second 1000000 starts.",
    DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080"),
    CustomParser = OnThisMachine,
};
var searches = Whole("--searches", 20, 0, "Searches begun each second; 0 leaves the scenario out.");
var journeys = Whole("--journeys", 5, 0, "Journeys begun each second: search, hold, arrive, leave.");
var watches = Whole("--watches", 1, 0, "Watches begun each second, each open for about ten seconds.");
var seconds = Whole("--seconds", 60, LoadRun.SecondsMin, "How long they go on being begun.", LoadRun.SecondsMax);
var seed = Whole("--seed", 20260101, 0, "Of the places, the needs and what crews do.");
var reports = new Option<DirectoryInfo>("--reports")
{
    Description = "Where the report goes, into a folder of its own.",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "load")),
};

var root = new RootCommand("Loads a running demo with searches, journeys and watches at fixed rates, however slowly it answers.")
{
    server, searches, journeys, watches, seconds, seed, reports,
};
root.SetAction((parsed, _) => LoadRun.RunAsync(new LoadOptions(
    parsed.GetRequiredValue(server),
    parsed.GetValue(searches),
    parsed.GetValue(journeys),
    parsed.GetValue(watches),
    TimeSpan.FromSeconds(parsed.GetValue(seconds)),
    parsed.GetValue(seed),
    parsed.GetRequiredValue(reports))));
return await root.Parse(args).InvokeAsync();

// A demo lets nobody else in, and nothing else is to be loaded.
static Uri? OnThisMachine(ArgumentResult given)
{
    if (Uri.TryCreate(given.Tokens.Single().Value, UriKind.Absolute, out var address) && address.IsLoopback)
        return address;
    given.AddError($"'{given.Tokens.Single().Value}' is not an address of this machine such as http://127.0.0.1:5080.");
    return null;
}

static Option<int> Whole(string name, int otherwise, int min, string description, int max = int.MaxValue)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
    option.Validators.Add(given =>
    {
        var value = given.GetValueOrDefault<int>();
        if (value < min || value > max)
            given.AddError($"{name} must be {min} to {max}.");
    });
    return option;
}
