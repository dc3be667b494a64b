using System.Diagnostics;
using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.LoadTests.Servers;
using Role = SafeSpaceCapacity.Identity.Role;

namespace SafeSpaceCapacity.LoadTests.Tests;

/// <summary>Staff who count the people at some spaces, one after the other.</summary>
internal sealed class Changes
{
    private readonly StaffService.StaffServiceClient _staff;
    private readonly global::Grpc.Core.Metadata _token;
    private readonly string[] _spaces;
    private int _made;

    public Changes(Server server, string[] spaces)
    {
        _staff = new StaffService.StaffServiceClient(server.Channel);
        _token = server.Bearer(new TokenOrder("staff", [Role.Staff], spaces, [], CertificateThumbprint: null, TokenIssuer.LifeMax));
        _spaces = spaces;
    }

    public async Task<List<Change>> MakeAsync(int count, TimeSpan every)
    {
        var made = new Change[count];
        await OpenLoop.RunAsync(count, every, async i =>
        {
            var nth = Interlocked.Increment(ref _made);
            var space = _spaces[nth % _spaces.Length];
            var sent = Stopwatch.GetTimestamp();
            var counted = await _staff.RecordCountAsync(
                new RecordCountRequest
                {
                    CommandId = Ids.New(),
                    SpaceId = space,
                    Occupied = nth / _spaces.Length % 2,
                },
                _token);
            made[i] = new Change(space, counted.Availability.StreamVersion, sent);
        });
        return [.. made];
    }
}
