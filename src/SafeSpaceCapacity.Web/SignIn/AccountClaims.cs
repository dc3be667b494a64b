using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using SafeSpaceCapacity.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>What a cookie says: the claims of a token, and which account and stamp it stands for.</summary>
internal sealed class AccountClaims : IUserClaimsPrincipalFactory<Account>
{
    public const string Account = "account";

    public const string Stamp = "stamp";

    public Task<ClaimsPrincipal> CreateAsync(Account user)
    {
        var identity = new ClaimsIdentity(IdentityConstants.ApplicationScheme, TokenClaims.Subject, TokenClaims.Roles);
        identity.AddClaim(new Claim(Account, user.Id));
        identity.AddClaim(new Claim(Stamp, user.SecurityStamp!));
        identity.AddClaim(new Claim(TokenClaims.Subject, user.Name!));
        Add(TokenClaims.Roles, user.Roles.Select(role => role.Name()));
        Add(TokenClaims.Spaces, user.Spaces);
        Add(TokenClaims.Areas, user.Areas);
        return Task.FromResult(new ClaimsPrincipal(identity));

        void Add(string type, IEnumerable<string> values) => identity.AddClaims(values.Select(value => new Claim(type, value)));
    }
}
