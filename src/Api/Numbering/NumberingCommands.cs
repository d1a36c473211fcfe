using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Numbering;
using Padron.Domain.Numbering;

namespace Padron.Api.Numbering;

/// <summary><c>padron numbering …</c></summary>
static class NumberingCommands
{
    static readonly Argument<string> File = new("FILE.csv") { Description = "The regulator's public numbering plan (pnn_Publico_….csv)." };
    static readonly Argument<string> Number = new("NUMBER") { Description = "The number, in any form people write it." };

    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell what would change." };

    static readonly Option<string> Out = new("--out") { Description = "With --dry-run: a CSV file for the contacts that would change.", HelpName = "FILE.csv" };

    public static Command Create() => CliCommand.Group(
        "numbering", "The numbering plan, which tells mobile lines from landlines.",
        CliCommand.Create("load", "Load IFT's public numbering plan in place of the one before, and tell what differs.", [File, DryRun], LoadAsync),
        CliCommand.Create("versions", "List the plans that were loaded, the one in force first.", [], VersionsAsync),
        CreateReclassify(),
        CliCommand.Create("show", "Show what a number's digits and the plan say of it.", [Number], ShowAsync));

    static Command CreateReclassify()
    {
        var command = CliCommand.Create(
            "reclassify", "Change the lines of contacts to what the plan in force says. Safe to stop and to repeat.", [DryRun, Out], ReclassifyAsync);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Out) is not null && !result.GetValue(DryRun))
                result.AddError("--out goes with --dry-run: it lists what would change.");
        });
        return command;
    }

    static async Task LoadAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var dryRun = parsed.GetValue(DryRun);
        var loaded = await session.Get<LoadNumberingPlanHandler>().HandleAsync(
            parsed.GetRequiredValue(File), session.Get<TimeProvider>().GetUtcNow(), parsed.GetValue(CliCommand.Operator), dryRun, ct);
        var info = loaded.Info;
        terminal.Result(
            new
            {
                info.Version,
                info.FileName,
                info.Blocks,
                loaded.Overlaps,
                info.LoadedAt,
                before = loaded.Before?.Version,
                loaded.Difference,
                loaded.Contacts,
                dryRun,
            },
            t =>
            {
                var overlaps = loaded.Overlaps > 0 ? $"; {Terminal.Number(loaded.Overlaps)} overlapped others and were cut" : "";
                t.Line($"{(dryRun ? "Would load" : "Loaded")} {Terminal.Number(info.Blocks)} blocks from {info.FileName} as {info.Version}{overlaps}.");
                if (loaded.Before is { } before)
                    t.Line(before.Version == info.Version && loaded.Difference == NumberingPlanDifference.None
                        ? "It is the plan in force already."
                        : $"Against {before.Version}, in numbers: {Sentence(loaded.Difference)}.");
                if (loaded.Contacts.Total > 0)
                    t.Line($"{Sentence(loaded.Contacts)} by it: `padron numbering reclassify`{(dryRun ? " changes them once it is loaded" : " changes them")}.");
            });
    }

    static async Task VersionsAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var versions = await session.Get<NumberingPlanVersions>().ListAsync(ct);
        terminal.Result(versions, t => t.Table(
            ["version", "file", "blocks#", "overlaps#", "became mobile#", "became fixed#", "added#", "removed#", "other carrier#", "loaded", "by"],
            versions.Select(version => (IReadOnlyList<string>)
            [
                version.Version, version.FileName, Terminal.Number(version.Blocks), Known(version.Overlaps), Known(version.Difference?.BecameMobile),
                Known(version.Difference?.BecameFixed), Known(version.Difference?.Added), Known(version.Difference?.Removed), Known(version.Difference?.CarrierChanged),
                Terminal.Time(version.LoadedAt), version.LoadedBy ?? "",
            ])));

        static string Known(long? number) => number is { } known ? Terminal.Number(known) : "";
    }

    static async Task ReclassifyAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var handler = session.Get<ReclassifyContactsHandler>();
        if (parsed.GetValue(DryRun))
        {
            var plan = await session.Get<NumberingPlanStore>().RequireAsync(ct);
            var contacts = await terminal.ShowProgressAsync("Comparing blocks", "blocks", bar => PreviewAsync(handler, parsed.GetValue(Out), bar, ct));
            terminal.Result(
                new { planVersion = plan.Version, contacts, dryRun = true },
                t => t.Line(contacts.Total == 0 ? $"All contacts are as {plan.Version} has them." : $"{Sentence(contacts)} by {plan.Version}."));
            return;
        }

        var done = await terminal.ShowProgressAsync(
            "Comparing blocks", "blocks", bar => handler.HandleAsync(parsed.GetValue(CliCommand.Operator)!, bar.OfBlocks(), ct));
        terminal.Result(new { done.PlanVersion, done.Contacts, done.Left, dryRun = false }, t =>
        {
            t.Line(done.Contacts.Total == 0 && done.Left == 0
                ? $"All contacts are as {done.PlanVersion} has them: nothing changed."
                : $"{Terminal.Number(done.Contacts.ToMobile)} contacts are mobiles now and {Terminal.Number(done.Contacts.ToFixed)} are landlines, by {done.PlanVersion}.");
            if (done.Left > 0)
                t.Line($"{Terminal.Number(done.Left)} were changing meanwhile: the same command, once the read models are up to date, takes them.");
        });
    }

    static async Task<LineChangeCount> PreviewAsync(ReclassifyContactsHandler handler, string? path, ProgressBar bar, CancellationToken ct)
    {
        await using var list = path is null ? null : new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
        if (list is not null)
            await list.WriteLineAsync("phone,status,line,new_line,carrier");
        var contacts = LineChangeCount.None;
        await foreach (var change in handler.PreviewAsync(bar.OfBlocks(), ct))
        {
            contacts = contacts.Plus([change]);
            if (list is not null)
                await list.WriteLineAsync(
                    $"{change.Phone},{change.Status},{change.From},{change.Block.Line},\"{change.Block.Carrier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        return contacts;
    }

    static string Sentence(NumberingPlanDifference difference) =>
        $"{Terminal.Number(difference.BecameMobile)} became mobile, {Terminal.Number(difference.BecameFixed)} became fixed, {Terminal.Number(difference.Added)} were added, "
        + $"{Terminal.Number(difference.Removed)} removed, {Terminal.Number(difference.CarrierChanged)} changed carrier";

    static string Sentence(LineChangeCount contacts) =>
        $"{Terminal.Number(contacts.ToMobile)} contacts would become mobiles and {Terminal.Number(contacts.ToFixed)} landlines";

    static async Task ShowAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var text = parsed.GetRequiredValue(Number);
        if (InternationalNumber.Read(text, home: "MX", out var number) is { } reason)
            throw new FormatException($"'{text}' is not a phone number: {reason.Explain()}");
        var store = session.Get<NumberingPlanStore>();
        var plan = await store.InfoAsync(ct);
        var phone = number.ToPhoneNumber();
        var block = phone is { } asked ? await store.FindAsync(asked, ct) : null;
        var place = phone is { } located ? Ladas.Find(located) : null;
        terminal.Result(
            new
            {
                phone = number.ToString(),
                valid = number.IsValid,
                region = number.Region,
                type = number.Type,
                national = number.ToNational(),
                international = number.ToInternational(),
                destinationCode = number.NationalDestinationCode,
                lada = place?.Lada,
                city = place?.City,
                state = place?.StateCode,
                line = block?.Line ?? LineType.Unknown,
                carrier = block?.Carrier,
                first = block?.First,
                last = block?.Last,
                plan = plan?.Version,
            },
            t =>
            {
                var code = number.NationalDestinationCode is { } ndc ? $", code {ndc}" : "";
                t.Line(number.IsValid
                    ? $"{number}: {Describe(number.Type)}{(number.Region is "001" ? "" : $" of {number.Region}")}{code}."
                    : $"{number}: no number that {number.Region ?? "its country"} gives out.");
                t.Line($"Written {number.ToNational()} within the country, {number.ToInternational()} from abroad.");
                if (place is null)
                    return;
                t.Line($"LADA {place.Lada}: {place.City ?? "city unknown"}, {MexicanStates.Find(place.StateCode ?? "")?.Name ?? "state unknown"}.");
                t.Line(LineOf(plan, block));
            });
    }

    static string LineOf(NumberingPlanInfo? plan, NumberingBlock? block) => (plan, block) switch
    {
        (null, _) => "No numbering plan is loaded, so the line is unknown: `padron numbering load FILE.csv`.",
        (_, null) => $"The plan {plan.Version} has no block for it: the number was not assigned when the plan was published.",
        (_, { } found) => $"{(found.Line is LineType.Mobile ? "Mobile" : "Landline")}, assigned to {found.Carrier} (block {found.First}–{found.Last}, plan {plan.Version}).",
    };

    static string Describe(NumberType type) => type switch
    {
        NumberType.FixedLine => "landline",
        NumberType.Mobile => "mobile",
        NumberType.FixedLineOrMobile => "landline or mobile",
        NumberType.TollFree => "toll-free number",
        NumberType.PremiumRate => "premium-rate number",
        NumberType.SharedCost => "shared-cost number",
        NumberType.Voip => "internet telephone",
        NumberType.PersonalNumber => "personal number",
        NumberType.Pager => "pager",
        NumberType.Uan => "universal access number",
        NumberType.Voicemail => "voicemail",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A valid number has a type."),
    };
}
