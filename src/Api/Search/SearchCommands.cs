using System.CommandLine;
using Padron.Api.Cli;
using Padron.Application.Search;

namespace Padron.Api.Search;

/// <summary><c>padron contact search</c></summary>
static class SearchCommands
{
    static readonly Argument<string?> Text = new("TEXT") { Description = "Words of the name or the address; the last one may be only begun.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> Phone = new("--phone") { Description = "Digits the number begins with." };
    static readonly Option<string?> Ending = new("--phone-ending") { Description = "Digits the number ends with, four or more." };
    static readonly Option<int> Limit = new("--limit") { Description = "Contacts at most.", DefaultValueFactory = _ => 20 };
    static readonly Option<Guid?> Cursor = new("--cursor") { Description = "Go on behind the last page: what it said." };

    public static Command Create()
    {
        var search = CliCommand.Create("search", "Find contacts by words of name and address, or by digits of the number.", [Text, Phone, Ending, Limit, Cursor], RunAsync);
        search.Validators.Add(result =>
        {
            if (new[] { result.GetValue(Text), result.GetValue(Phone), result.GetValue(Ending) }.Count(value => value is not null) != 1)
                result.AddError("Say what to look for: TEXT, --phone or --phone-ending, one of them.");
        });
        return search;
    }

    static async Task RunAsync(Session session, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        await session.CatchUpAsync(terminal, ct);
        var (search, limit, cursor) = (session.Get<ContactSearch>(), parsed.GetValue(Limit), parsed.GetValue(Cursor));
        var page = parsed.GetValue(Text) is { } text ? await search.ByTextAsync(text, limit, cursor, ct)
            : parsed.GetValue(Phone) is { } phone ? await search.ByPhoneAsync(phone, limit, cursor, ct)
            : await search.ByPhoneEndingAsync(parsed.GetValue(Ending)!, limit, cursor, ct);
        terminal.Result(page, t =>
        {
            foreach (var (word, meant) in page.Corrected)
                t.Line(meant.Count > 0 ? $"Nobody has the word '{word}': looked for {string.Join(", ", meant)}." : $"Nobody has the word '{word}', or one like it.");
            t.Table(
                ["phone", "status", "name", "address", "neighborhood", "municipality", "state"],
                page.Contacts.Select(contact => (IReadOnlyList<string>)
                [
                    contact.PhoneE164, contact.Status, contact.FullName ?? "", contact.Address ?? "", contact.Neighborhood ?? "", contact.Municipality ?? "", contact.StateCode ?? "",
                ]));
            if (page.Cursor is { } next)
                t.Line($"There are more: --cursor {next}");
        });
    }
}
