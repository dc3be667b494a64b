using System.Net;
using System.Text.RegularExpressions;

namespace SafeSpaceCapacity.Web.Tests.Harness;

/// <summary>A page as a browser without script has it.</summary>
internal sealed record Page(HttpStatusCode Status, string Path, string Html, HttpResponseMessage Answer)
{
    public bool Has(string text) => WebUtility.HtmlDecode(Html).Contains(text, StringComparison.Ordinal);
}

/// <summary>A browser without script, with cookies of its own.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(PagesHost host, bool follow = true)
    {
#pragma warning disable CA2000 // The client disposes of it.
        _http = new HttpClient(new SocketsHttpHandler
        {
            CookieContainer = Cookies,
            AllowAutoRedirect = follow,
            // The test's own certificate, on this machine.
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        })
        { BaseAddress = host.Address };
#pragma warning restore CA2000
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http => _http;

    public Task<Page> GetAsync(string path) => ReadAsync(_http.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken));

    /// <summary>Fills in a form of a page and sends it.</summary>
    public Task<Page> PostAsync(Page page, string form, params (string Name, string Value)[] fields)
    {
        var hidden = HiddenOf(page, form);
        Assert.True(hidden.Count > 0, $"{page.Path} has no form {form}:\n{page.Html}");
        return SendAsync(page.Path, [.. hidden.Where(field => fields.All(given => given.Name != field.Name)), .. fields]);
    }

    public Task<Page> SendAsync(string path, params (string Name, string Value)[] fields)
    {
#pragma warning disable CA2000 // The request disposes of it.
        var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
#pragma warning restore CA2000
        return ReadAsync(_http.PostAsync(new Uri(path, UriKind.RelativeOrAbsolute), content, TestContext.Current.CancellationToken));
    }

    public async Task<Page> SignInAsync(string name = PagesHost.Name, string password = PagesHost.Password) =>
        await PostAsync(await GetAsync("/sign-in"), "password", ("name", name), ("password", password));

    /// <summary>Whether the service knows who this is.</summary>
    public async Task<bool> IsSignedInAsync() => (await GetAsync("/account")).Path == "/account";

    /// <summary>The hidden fields of a form.</summary>
    public static List<(string Name, string Value)> HiddenOf(Page page, string form)
    {
        foreach (Match found in Form().Matches(page.Html))
        {
            List<(string Name, string Value)> fields =
                [.. Input().Matches(found.Value).Select(input => (Attribute(input.Value, "name"), Attribute(input.Value, "value"))).Where(field => field.Item1.Length > 0)];
            if (fields.Contains(("_handler", form)))
                return fields;
        }

        return [];
    }

    public void Dispose() => _http.Dispose();

    private static string Attribute(string tag, string name) =>
        WebUtility.HtmlDecode(Regex.Match(tag, $"\\b{name}=\"(?<value>[^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["value"].Value);

    private static async Task<Page> ReadAsync(Task<HttpResponseMessage> sent)
    {
        var answer = await sent;
        return new Page(answer.StatusCode, answer.RequestMessage!.RequestUri!.PathAndQuery, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer);
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Form();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Input();
}
