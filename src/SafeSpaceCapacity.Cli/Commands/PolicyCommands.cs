using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using SafeSpaceCapacity.Cli.Input;
using SafeSpaceCapacity.Cli.Output;
using SafeSpaceCapacity.Contract.V1;
using Spectre.Console;

namespace SafeSpaceCapacity.Cli.Commands;

/// <summary>What each tier states for all of its spaces.</summary>
internal static class PolicyCommands
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CommandLine line)
    {
        var policy = new Command("policy", "The rules that a kind of space states for all of its spaces, and a space's rules as a starting point");
        policy.Add(List(line));
        policy.Add(Set(line));
        policy.Add(Toolkit(line));
        return policy;
    }

    private static Command List(CommandLine line)
    {
        var tier = Codes.Option<Tier>("--tier", "Of one kind of space only");
        return line.Command(
            "list",
            "List what each kind of space states and stated: who said so, from when, and what changed",
            ["safespace policy list", "safespace policy list --tier wellbeing-cafe"],
            [tier],
            async session =>
            {
                var policies = await session.AsAdministratorAsync((admin, options) => admin.ListTierPoliciesAsync(new ListTierPoliciesRequest(), options));
                if (session.Code<Tier>(tier) is not Tier.Unspecified and var only)
                {
                    var others = policies.Policies.Where(policy => policy.Tier != only).ToList();
                    foreach (var other in others)
                        policies.Policies.Remove(other);
                }

                session.Answer(policies, console => Write(console, policies, session.Now));
                return ExitCodes.Done;
            });
    }

    private static Command Set(CommandLine line)
    {
        var tier = new Argument<string>("TIER") { Description = $"The kind of space: {string.Join(", ", Codes.Names<Tier>())}" };
        tier.AcceptOnlyFromAmong(Codes.Names<Tier>());
        var file = MessageFile.In("Policy");
        var from = TypedTime.Option("--from", "From when, if not now: HH:MM for the next such time, or ISO 8601 with an offset; at most 366 days ahead");
        var expected = new Option<long?>("--expected-version") { Description = "The newest version that you read: somebody else's is not overwritten", HelpName = "N" };
        var commandId = NeedOptions.CommandId();
        return line.Command(
            "set",
            "State the rules of a kind of space, all of them; spaces that state their own keep these",
            ["safespace policy set wellbeing-cafe --file cafes.json", "safespace policy set wellbeing-cafe --file cafes.json --from 2027-04-01T00:00+01:00 --expected-version 3"],
            [tier, file, from, expected, commandId],
            async session =>
            {
                var request = new SetTierPolicyRequest { Tier = Codes.Parse<Tier>(session.Get(tier)), Policy = await MessageFile.ReadAsync<Policy>(session, file) };
                if (session.Get(from)?.After(session.Now) is { } start)
                {
                    session.SendAgainWith(from.Name, start);
                    request.EffectiveFrom = start.ToTimestamp();
                }

                if (session.Get(expected) is { } version)
                    request.ExpectedVersion = version;
                request.CommandId = session.CommandId(commandId);
                var answered = await session.AsAdministratorAsync((admin, options) => admin.SetTierPolicyAsync(request, options));
                return session.Outcome(answered, answered.Rejected, availability: null, console => Write(console, answered.Set ?? new TierPolicy(), session.Now));
            });
    }

    private static Command Toolkit(CommandLine line)
    {
        var space = NeedOptions.Space();
        var output = MessageFile.Out("The file to write, whole or not at all", required: true);
        return line.Command(
            "toolkit",
            "Write a space's entry with all the rules, hours and staffing that it works by, as a starting point for another space",
            ["safespace policy toolkit gla-harbour --out new-space.json"],
            [space, output],
            async session =>
            {
                var found = await session.AsAdministratorAsync((admin, options) => admin.GetSpaceAsync(new GetSpaceRequest { SpaceId = session.Get(space) }, options));
                await MessageFile.WriteAsync(
                    session, output, StartingPoint(found), $"Fill in what is empty there, look at the rest, then: safespace space register --file {session.Get(output)}");
                return ExitCodes.Done;
            });
    }

    // Whatever belongs to that one place alone is left empty, and stands first.
    private static string StartingPoint(GetSpaceResponse found)
    {
        var entry = found.Entry?.Clone() ?? new RegisterSpaceRequest();
        PolicyText.State(entry, found.Rules ?? new Policy());
        (entry.CommandId, entry.SpaceId, entry.Name, entry.Telephone, entry.Entrance, entry.Point) = ("", "", "", "", "", null);
        foreach (var step in entry.Escalation?.Steps ?? [])
            step.Telephone = "";
        foreach (var venue in entry.Venues)
            (venue.Point, venue.Entrance) = (null, "");
        var stated = JsonNode.Parse(MessageFile.Json(entry))!.AsObject();
        var blank = new JsonObject
        {
            ["spaceId"] = "",
            ["name"] = "",
            ["point"] = Nowhere(),
            ["telephone"] = "",
            ["entrance"] = "",
        };
        foreach (var (name, value) in stated.ToList())
        {
            stated.Remove(name);
            blank.Add(name, value);
        }

        foreach (var venue in blank["venues"]?.AsArray() ?? [])
        {
            venue!["point"] = Nowhere();
            venue["entrance"] = "";
        }

        return blank.ToJsonString(Indented);

        static JsonObject Nowhere() => new() { ["latitude"] = null, ["longitude"] = null };
    }

    private static void Write(IAnsiConsole console, ListTierPoliciesResponse policies, Instant now)
    {
        if (policies.Policies.Count == 0)
            console.WriteLine("Nothing is stated: each space works by what it states itself, else by the documented defaults.");
        foreach (var tier in policies.Policies.GroupBy(policy => policy.Tier))
        {
            console.Heading(Words.Of(tier.Key));
            foreach (var policy in tier)
                Write(console, policy, now);
        }

        console.WriteLine(Words.Lag(policies.ReadModel));
    }

    private static void Write(IAnsiConsole console, TierPolicy policy, Instant now)
    {
        var from = policy.EffectiveFrom is null ? "" : London.Time(policy.EffectiveFrom, now);
        var force = policy switch
        {
            { EffectiveFrom: null } => "",
            { InForce: true } => $", in force since {from}",
            _ when policy.EffectiveFrom.ToInstant() > now => $", from {from} on",
            _ => $", was in force from {from} on",
        };
        var who = policy.Actor.Length > 0 ? $", set {(policy.SetAt is null ? "" : $"{London.Time(policy.SetAt, now)} ")}by {policy.Actor} ({policy.Role})" : "";
        console.Item(
            "-",
            [
                string.Create(CultureInfo.InvariantCulture, $"{Words.Of(policy.Tier)}, version {policy.Version}{force}{who}"),
                .. PolicyText.Lines(policy.Policy).Select(rule => $"{rule.Rule}: {rule.Says}"),
                .. policy.Differences.Select(difference => $"changed: {PolicyText.Of(difference)}"),
            ]);
    }
}
