using Microsoft.AspNetCore.Identity;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.Tests;

/// <summary>The accounts on disk.</summary>
public sealed class AccountDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safespace-web-").FullName;
    private readonly AccountDatabase _database;

    public AccountDatabaseTests() => _database = new AccountDatabase(_folder);

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void An_account_comes_back_whole()
    {
        var time = new DateTimeOffset(2026, 11, 6, 22, 15, 0, TimeSpan.Zero);
        var account = new Account
        {
            Id = "1",
            Name = "isla",
            NormalizedName = "ISLA",
            PasswordHash = "hash",
            Roles = [Role.Staff, Role.Planner],
            Spaces = ["glasgow-cross"],
            Areas = ["S12000049"],
            SecurityStamp = "stamp",
            WrongInARow = 3,
            LockedUntil = time,
            EnrolmentHash = [1, 2, 3],
            EnrolmentEnds = time,
            Passkeys = [new Passkey([4, 5], [6], time, 7, ["internal"], IsUserVerified: true, IsBackupEligible: true, IsBackedUp: false)],
        };
        _database.Insert(account);
        Assert.Equivalent(account, _database.Find("1"), strict: true);
        Assert.Equal("1", _database.FindByName("ISLA", origin: null)?.Id);
        Assert.Null(_database.FindByName("ISLA", "https://authority.example/"));
        Assert.Equal("1", _database.FindByPasskey([4, 5])?.Id);
        Assert.Null(_database.FindByPasskey([4]));
        Assert.Equal("1", _database.FindByEnrolment([1, 2, 3])?.Id);
        Assert.Null(_database.FindByEnrolment([1, 2]));
    }

    [Fact]
    public void Who_read_before_another_wrote_does_not_write_over_it()
    {
        _database.Insert(new Account { Id = "1", Name = "isla", NormalizedName = "ISLA" });
        var (mine, theirs) = (_database.Find("1")!, _database.Find("1")!);
        (mine.WrongInARow, theirs.WrongInARow) = (1, 2);
        Assert.True(_database.Update(theirs));
        Assert.False(_database.Update(mine));
        Assert.Equal(2, _database.Find("1")!.WrongInARow);
        theirs.WrongInARow = 3;
        Assert.True(_database.Update(theirs));
    }

    [Fact]
    public async Task A_name_is_given_once_for_each_origin()
    {
        using var store = new AccountStore(_database, new IdentityErrorDescriber());
        var none = CancellationToken.None;
        Assert.True((await store.CreateAsync(new Account { Id = "1", Name = "isla", NormalizedName = "ISLA" }, none)).Succeeded);
        Assert.False((await store.CreateAsync(new Account { Id = "2", Name = "Isla", NormalizedName = "ISLA" }, none)).Succeeded);
        Assert.True((await store.CreateAsync(new Account { Id = "3", Name = "isla", NormalizedName = "ISLA", Origin = "https://authority.example/" }, none)).Succeeded);
    }
}
