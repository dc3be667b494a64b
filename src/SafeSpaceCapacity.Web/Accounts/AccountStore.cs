using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;

namespace SafeSpaceCapacity.Web.Accounts;

/// <summary>The accounts as ASP.NET Core Identity asks for them.</summary>
internal sealed class AccountStore(AccountDatabase database, IdentityErrorDescriber errors)
    : IUserPasswordStore<Account>, IUserSecurityStampStore<Account>, IUserPasskeyStore<Account>
{
    private const int ConstraintBroken = 19;

    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken)
    {
        try
        {
            database.Insert(user);
            return Task.FromResult(IdentityResult.Success);
        }
        catch (SqliteException taken) when (taken.SqliteErrorCode == ConstraintBroken)
        {
            return Task.FromResult(IdentityResult.Failed(errors.DuplicateUserName(user.Name!)));
        }
    }

    public Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(database.Update(user) ? IdentityResult.Success : IdentityResult.Failed(errors.ConcurrencyFailure()));
        }
        catch (SqliteException taken) when (taken.SqliteErrorCode == ConstraintBroken)
        {
            return Task.FromResult(IdentityResult.Failed(errors.DuplicateUserName(user.Name!)));
        }
    }

    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken)
    {
        database.Delete(user);
        return Task.FromResult(IdentityResult.Success);
    }

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(database.Find(userId));

    /// <summary>One of our own accounts: nobody else's may be entered with a password.</summary>
    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Task.FromResult(database.FindByName(normalizedUserName, origin: null));

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Name);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) => Done(user.Name = userName);

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.NormalizedName);

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) =>
        Done(user.NormalizedName = normalizedName);

    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken) => Done(user.PasswordHash = passwordHash);

    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.SecurityStamp);

    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken) => Done(user.SecurityStamp = stamp);

    public Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(database.FindByPasskey(credentialId));

    public Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(user.Passkeys.FirstOrDefault(passkey => passkey.Id.SequenceEqual(credentialId))?.ToInfo());

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. user.Passkeys.Select(passkey => passkey.ToInfo())]);

    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        Done(user.Passkeys = [.. Without(user, passkey.CredentialId), Passkey.Of(passkey)]);

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        Done(user.Passkeys = [.. Without(user, credentialId)]);

    public void Dispose()
    {
        // The database outlives the request that asks it.
    }

    private static IEnumerable<Passkey> Without(Account user, byte[] id) => user.Passkeys.Where(passkey => !passkey.Id.SequenceEqual(id));

    private static Task Done(object? _) => Task.CompletedTask;
}
