using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Padron.Integration.Tests.Cli;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Containers;

/// <summary>nginx with <c>ops/nginx.conf</c> and the secrets that <c>ops/make-secrets.sh</c> makes, before an API of this machine. Only ports and directories differ.</summary>
sealed partial class Proxy : IAsyncDisposable
{
    // The user of nginx's images.
    const string User = "101";

    readonly string folder = Path.Combine("/tmp", $"padron-proxy-{Guid.NewGuid():N}");
    PadronProcess? nginx;

    public Uri Address { get; private set; } = new("https://localhost");

    /// <summary>What the script told of the client it made.</summary>
    public string Password { get; private set; } = "";

    /// <summary>Trusts the proxy's certificate and no other.</summary>
    public HttpClient Client { get; private set; } = new();

    public static async Task<Proxy> StartAsync(Uri api)
    {
        var proxy = new Proxy();
        try
        {
            await proxy.MakeSecretsAsync();
            var configuration = await proxy.ConfigureAsync(api);
            (await RunAsync(["-t", "-c", configuration])).ShouldBeDone();
            proxy.nginx = Start(["-c", configuration, "-g", "daemon off;"]);
            await Eventually.TrueAsync(async () => proxy.nginx.HasExited || await AnswersAsync(proxy.Address.Port));
            proxy.nginx.HasExited.ShouldBeFalse();
            return proxy;
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends nginx, in order.</summary>
    /// <returns>All it wrote.</returns>
    public async Task<string> StopAsync()
    {
        await nginx!.TerminateAsync();
        var end = await nginx.EndAsync();
        return end.StdOut + end.StdErr;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // Killed, it would leave its workers behind.
        if (nginx is { HasExited: false })
            await StopAsync();
        nginx?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task MakeSecretsAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        Directory.CreateDirectory(Path.Combine(folder, "mounted"));
        var secrets = Path.Combine(folder, "secrets");
        var start = Redirected(Repository.PathOf("ops/make-secrets.sh"), ["localhost"]);
        start.Environment["PADRON_SECRETS"] = secrets;
        using var script = PadronProcess.Start(start);
        Password = PasswordTold().Match((await script.EndAsync()).ShouldBeDone().StdOut).Groups["password"].Value;

        // As the engine mounts them: each file by itself, out of a directory that the container's user may not enter.
        foreach (var file in Directory.GetFiles(secrets))
            File.Copy(file, Path.Combine(folder, "mounted", Path.GetFileName(file)));
        if (Environment.IsPrivilegedProcess)
            File.SetUnixFileMode(Path.Combine(folder, "tmp"), (UnixFileMode)Convert.ToInt32("777", 8));

        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(secrets, "tls-certificate"));
        var thumbprint = certificate.Thumbprint;
        Client = new(new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == thumbprint } });
    }

    async Task<string> ConfigureAsync(Uri api)
    {
        var (port, health) = (Ports.Free(), Ports.Free());
        Address = new($"https://localhost:{port}");
        var text = await File.ReadAllTextAsync(Repository.PathOf("ops/nginx.conf"));
        foreach (var (ours, test) in new[]
        {
            (" /tmp/", $" {folder}/tmp/"), ("/run/secrets/", $"{folder}/mounted/"),
            ("127.0.0.1:8080", $"127.0.0.1:{api.Port}"), ("listen 8443", $"listen 127.0.0.1:{port}"), ("127.0.0.1:8081", $"127.0.0.1:{health}"),
        })
        {
            text.ShouldContain(ours, Case.Sensitive);
            text = text.Replace(ours, test, StringComparison.Ordinal);
        }

        var path = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(path, text);
        return path;
    }

    static async Task<ProcessEnd> RunAsync(IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    static PadronProcess Start(IEnumerable<string> arguments)
    {
        // Debian's package logs to a file until it has read its configuration; the image has no such file.
        string[] command = [Programs.Require("nginx"), "-e", "stderr", .. arguments];
        return PadronProcess.Start(Environment.IsPrivilegedProcess
            ? Redirected(Programs.Require("setpriv"), [$"--reuid={User}", $"--regid={User}", "--clear-groups", "--no-new-privs", "--", .. command])
            : Redirected(command[0], command[1..]));
    }

    static ProcessStartInfo Redirected(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

    static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex("Client padron, password (?<password>[0-9a-f]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PasswordTold();
}
