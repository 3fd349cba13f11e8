"""Sign-in, one-time links, accounts."""

from django.urls import path, re_path

from bacasable.people import account_views, mail_views, oidc, views

app_name = "people"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/sent/", views.sign_in_sent, name="sign_in_sent"),
    path("sign-in/staff/", views.staff_sign_in, name="staff_sign_in"),
    path("sign-in/staff/code/", views.staff_code, name="staff_code"),
    path("sign-in/provider/", oidc.Start.as_view(), name="oidc_start"),
    path("sign-in/provider/callback/", oidc.Callback.as_view(), name="oidc_callback"),
    path("sign-in/again/", views.again, name="again"),
    path("sign-in/again/continue/", views.again_continue, name="again_continue"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("link/<str:token>/", views.link, name="link"),
    path("enrol/", views.enrol, name="enrol"),
    path("account/", account_views.account, name="account"),
    path("account/sign-out-everywhere/", account_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/password/", account_views.password, name="password"),
    path("account/authenticator/", account_views.authenticator, name="authenticator"),
    path("account/recovery-codes/", account_views.recovery_codes, name="recovery_codes"),
    path("staff/", account_views.staff, name="staff"),
    path("staff/mails/", mail_views.mails, name="mails"),
    path("staff/mails/retry/", mail_views.mails_retry, name="mails_retry"),
    path("staff/new/", account_views.staff_new, name="staff_new"),
    path("staff/<uuid:public_id>/", account_views.staff_account, name="staff_account"),
    re_path(
        r"^staff/(?P<public_id>[0-9a-f-]{36})/(?P<verb>grant|revoke|deactivate|activate|enrol|reset)/$",
        account_views.staff_change,
        name="staff_change",
    ),
]
