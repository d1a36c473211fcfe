using System.CommandLine;
using Padron.Adapters.Contacts;
using Padron.Api.Cli;
using Padron.Api.Configuration;
using Padron.Application.Installation;
using Padron.Domain;
using Padron.Domain.Contacts;

namespace Padron.Api.Installation;

/// <summary><c>padron init</c></summary>
static class InitCommand
{
    public static Command Create() => CliCommand.CreateBare(
        "init", "Set up this installation: contact key, database and schema. Safe to repeat.", [], RunAsync);

    static async Task RunAsync(Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var settings = PadronSettings.Read();
        await using var session = await Session.AttachAsync(settings, configure: null, ct);
        var installer = session.Get<Installer>();
        var key = await ReadOrCreateKeyAsync(settings, installer, ct);
        var ran = await installer.InstallAsync(key, terminal.Warn, ct);
        terminal.Result(
            new { settings.DataDirectory, settings.ContactKeyFile, keyFingerprint = key.Fingerprint, database = settings.Database.IsPrivate ? "private" : "given", schemaScripts = ran.Count },
            t =>
            {
                t.Line(settings.Database.IsPrivate ? $"A private PostgreSQL runs in {settings.DataDirectory} while a command needs it." : "The database of PADRON_DATABASE is used.");
                t.Line(ran.Count > 0 ? $"The schema was brought up to date ({ran.Count} scripts)." : "The schema was up to date.");
                t.Line($"The contact key is {settings.ContactKeyFile}. Keep a copy of it with every backup: without it no number finds its history.");
            });
    }

    static async Task<ContactKey> ReadOrCreateKeyAsync(PadronSettings settings, Installer installer, CancellationToken ct)
    {
        if (File.Exists(settings.ContactKeyFile))
            return ContactKeyFile.Read(settings.ContactKeyFile);

        // A new key beside an old register would be refused by every command, and the message would come too late.
        if (await installer.IsInstalledAsync(ct))
        {
            throw new RuleViolationException(
                "contact_key_missing",
                $"The database holds a register, but its contact key is not at {settings.ContactKeyFile}: restore it, or point PADRON_CONTACT_KEY_FILE to it.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(settings.ContactKeyFile)!);
        return ContactKeyFile.Create(settings.ContactKeyFile);
    }
}
