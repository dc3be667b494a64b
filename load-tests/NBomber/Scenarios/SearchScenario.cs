using NBomber.Contracts;
using SafeSpaceCapacity.Contract.V1;

namespace SafeSpaceCapacity.LoadTests.Scenarios;

/// <summary>A crew asks where to go.</summary>
internal sealed class SearchScenario(DemoService service, Draw draw)
{
    public async Task<IResponse> RunAsync(IScenarioContext context)
    {
        var turn = new Turn(context);
        var request = Incident.From(draw).Search();
        await turn.CallAsync("find", async () => await service.Crews.FindSpacesAsync(request, service.AsCrew()), Meaning);
        return turn.End();
    }

    /// <summary>What the report counts an answer as: a search that finds no space still gives next steps.</summary>
    public static string Meaning(FindSpacesResponse found) => found.Options.Count > 0 ? "SPACES" : "NEXT_STEPS_ONLY";
}
