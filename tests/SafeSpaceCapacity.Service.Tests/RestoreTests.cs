using SafeSpaceCapacity.Contract.V1;
using SafeSpaceCapacity.EventLog;
using SafeSpaceCapacity.Service.Tests.Support;

namespace SafeSpaceCapacity.Service.Tests;

/// <summary>What clients meet whose service was restored from a backup that it made while it ran.</summary>
public sealed class RestoreTests : ServiceTest
{
    [Fact]
    public async Task It_goes_on_from_the_backup_and_whoever_knows_more_begins_anew()
    {
        await Service.OpenAsync("space-a", Ask.Latitude, Ask.Longitude);
        await Service.OpenAsync("space-b", Ask.Latitude, Ask.Longitude);
        var before = Service.Hold("space-a");
        var answer = await Service.Crew.HoldPlaceAsync(before);
        Assert.NotNull(answer.Placed);
        var token = (await Service.Admin.ListSpacesAsync(new ListSpacesRequest { PageSize = 1 })).NextPageToken;
        var backup = Path.Combine(Service.Directory, "a.backup");
        var copied = await LogBackup.WriteAsync(Service.Directory, backup, Service.Time);
        Assert.Equal(Service.Log.HeadPosition, copied.Entries);

        // Of this the backup knows nothing.
        var after = Service.Hold("space-a");
        Assert.NotNull((await Service.Crew.HoldPlaceAsync(after)).Placed);
        await Service.StopAsync();

        var directory = Path.Combine(Service.Directory, "restored");
        await LogRestore.ToDirectoryAsync(backup, directory, Service.Time);
        await using var restored = await RunningService.StartAsync(new Wishes { Directory = directory, Time = Service.Time });
        Assert.NotEqual(copied.Epoch, restored.Log.Epoch);

        // A token of the old epoch begins again, and a watch with a snapshot of what is now true.
        Assert.Equal("space-a", (await restored.Admin.ListSpacesAsync(new ListSpacesRequest { PageToken = token })).Spaces[0].SpaceId);
        using var watch = restored.Crew.WatchSpaces(new WatchSpacesRequest { SpaceIds = { "space-a" } });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(1, Assert.Single(watch.ResponseStream.Current.Snapshot.Spaces).Availability.Held);

        // What was answered before the backup is answered as it was; what came after it is decided anew.
        Assert.Equal(answer, await restored.Crew.HoldPlaceAsync(before));
        var again = await restored.Crew.HoldPlaceAsync(after);
        Assert.NotNull(again.Placed);
        Assert.Equal(2, again.Availability.Held);
    }
}
