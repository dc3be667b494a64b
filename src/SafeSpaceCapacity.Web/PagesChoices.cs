using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Web;

/// <summary>What a host chooses for the pages.</summary>
/// <param name="DataFolder">Accounts and the keys of the cookies are kept in <c>identity</c> in it.</param>
/// <param name="Https">
/// Whether people reach the pages by HTTPS. If not, they are shown on this machine only, to a browser that was told <c>localhost</c>.
/// </param>
/// <param name="Demo">Who may sign in without any proof, on this machine only; empty where it is no demo.</param>
/// <param name="Organisation">Where people sign in with their organisation; null where they can't.</param>
/// <param name="SimulatedTime">The clock of a simulation; null where the time is real.</param>
public sealed record PagesChoices(
    string DataFolder, bool Https, IReadOnlyList<DemoAccount> Demo, Organisation? Organisation, TimeProvider? SimulatedTime = null);

/// <summary>A role that a demo can be tried in.</summary>
/// <param name="Role">The role.</param>
/// <param name="Spaces">For staff: their spaces.</param>
/// <param name="Areas">For planners: the codes of their areas.</param>
public sealed record DemoAccount(Role Role, IReadOnlyList<string> Spaces, IReadOnlyList<string> Areas);

/// <summary>An OpenID Connect authority. Its ID tokens must carry the claims of <see cref="TokenClaims"/>.</summary>
/// <param name="Authority">Its address: https, or http on this machine.</param>
/// <param name="ClientId">What it calls this service.</param>
/// <param name="ClientSecret">What this service proves itself with.</param>
public sealed record Organisation(Uri Authority, string ClientId, string ClientSecret);
