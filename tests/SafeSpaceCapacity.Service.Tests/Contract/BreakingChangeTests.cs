namespace SafeSpaceCapacity.Service.Tests.Contract;

/// <summary>Clients made from an older contract must go on working: what was published stays as it is.</summary>
public sealed class BreakingChangeTests
{
    private const string Variable = "SAFESPACE_EXTEND_CONTRACT";

    private static string Golden => Path.Combine(Repository.Folder("tests/SafeSpaceCapacity.Service.Tests/Contract"), "contract.v1.txt");

    private static IReadOnlyList<string> Contract => ContractListing.Of(ContractListing.Files);

    [Fact]
    public void What_was_published_is_still_there_and_additions_are_written_down()
    {
        var published = File.ReadAllLines(Golden).Where(line => line.Length > 0 && line[0] != '#').ToList();
        var gone = published.Except(Contract).ToList();
        Assert.True(gone.Count == 0, $"Removed or changed, which breaks clients. Leave it and add beside it:\n{string.Join('\n', gone)}");
        var added = Contract.Except(published).ToList();
        if (added.Count > 0 && Environment.GetEnvironmentVariable(Variable) == "1")
        {
            File.WriteAllLines(Golden, [.. File.ReadAllLines(Golden).Where(line => line.StartsWith('#')), .. Contract]);
            return;
        }

        Assert.True(added.Count == 0, $"New in the contract. Run this test with {Variable}=1 to publish it in contract.v1.txt:\n{string.Join('\n', added)}");
    }

    [Fact]
    public void Every_kind_of_change_shows_in_the_listing()
    {
        Assert.Contains("method safespacecapacity.v1.CrewService.WatchSpaces(safespacecapacity.v1.WatchSpacesRequest) returns (stream safespacecapacity.v1.WatchSpacesResponse)", Contract);
        Assert.Contains("field safespacecapacity.v1.Availability 009 available int32 oneof optional_available", Contract);
        Assert.Contains("field safespacecapacity.v1.FindSpacesResponse 002 options safespacecapacity.v1.SpaceOption repeated", Contract);
        Assert.Contains("field safespacecapacity.v1.Hold 003 status safespacecapacity.v1.HoldStatus plain", Contract);
        Assert.Contains("field safespacecapacity.v1.WatchSpacesResponse.Snapshot 001 spaces safespacecapacity.v1.WatchedSpace repeated", Contract);
        Assert.Contains("enum safespacecapacity.v1.Offer.Kind 1 KIND_EMERGENCY_999", Contract);
        Assert.Contains("reserved safespacecapacity.v1.Availability 100 to 119", Contract);
    }
}
