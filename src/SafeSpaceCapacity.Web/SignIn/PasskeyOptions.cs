using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using SafeSpaceCapacity.Web.Accounts;

namespace SafeSpaceCapacity.Web.SignIn;

/// <summary>What the script asks before it asks the browser.</summary>
internal static class PasskeyOptions
{
    /// <summary>To sign in with one: any that the browser has for us, since no account is named yet.</summary>
    public static Task<IResult> ForSignInAsync(HttpContext http, IAntiforgery antiforgery, SignInManager<Account> signIn) =>
        AnswerAsync(http, antiforgery, () => signIn.MakePasskeyRequestOptionsAsync(null!));

    /// <summary>To make a new one.</summary>
    public static Task<IResult> ForNewAsync(HttpContext http, IAntiforgery antiforgery, SignInManager<Account> signIn)
    {
        var (id, name) = (http.User.FindFirst(AccountClaims.Account)!.Value, http.User.Identity!.Name!);
        return AnswerAsync(http, antiforgery, () => signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = id, Name = name, DisplayName = name }));
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, IAntiforgery antiforgery, Func<Task<string>> make) =>
        await antiforgery.IsRequestValidAsync(http) ? Results.Content(await make(), "application/json") : Results.BadRequest();
}
